//! Who may look: tried out here, and every exceptional use looked at by a second person in time.

use super::setting::probe;
use crate::compiled::CompiledControl;
use crate::flow::clock;
use crate::flow::record::Row;
use crate::judge::{Ctx, Judged, Judgement};
use schoolkeeper_core::standing::{KnownBy, Standing};

/// Judges the probe and every entry of `access-review` of this control.
pub fn judge(ctx: Ctx<'_>, control: &CompiledControl) -> Judged {
    let mut all = vec![probe(ctx, control)];
    let reviews = Row::all(ctx.world, "access-review");
    all.extend(
        reviews.filter(|review| review.text("control") == Some(&control.control.id)).map(|review| one(ctx, review)),
    );
    Judged::of(all)
}

fn one(ctx: Ctx<'_>, review: Row<'_>) -> Judgement {
    let of = |standing| Judgement::of(review.register, review.row, standing).known_by(KnownBy::Evidenced);
    if review.instant("reviewed_at").is_some() {
        return of(Standing::Kept);
    }
    let due_on = review.date("review_by");
    let due_at = due_on.map(|day| clock::end_of(ctx, day));
    let open = clock::ahead(ctx, due_at);
    let standing = if open.is_some() || due_at.is_none() { Standing::Due } else { Standing::Broken };
    Judgement {
        since: review.instant("used_at"),
        due_at: open,
        due_on: due_on.filter(|_| open.is_some()),
        message: Some("An exceptional use has not been looked at by a second person yet".to_owned()),
        ..of(standing).until(open)
    }
}
