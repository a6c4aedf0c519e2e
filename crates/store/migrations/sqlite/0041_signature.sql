-- The signature a link was used for: its copy is had by the same link for a while.
ALTER TABLE sign_link ADD COLUMN signature BLOB;
