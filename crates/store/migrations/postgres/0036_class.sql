-- What is said of a list may be said of one of its classes: laptops among devices. Of the whole list it is ''.
ALTER TABLE census ADD COLUMN class TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE census DROP CONSTRAINT census_school_register_source;
ALTER TABLE census ADD CONSTRAINT census_school_register_source_class PRIMARY KEY (school, register, source, class);
