//! The engine *decide*: one pure answer to "may this actor do this now?". See `decide`.
