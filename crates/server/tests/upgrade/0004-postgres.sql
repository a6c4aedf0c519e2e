CREATE TABLE public.adopted_pack (
    school uuid NOT NULL,
    pack text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL,
    sources text NOT NULL,
    adopted_at bigint NOT NULL,
    actor text NOT NULL
);
CREATE TABLE public.calendar (
    school uuid NOT NULL,
    terms text NOT NULL,
    set_at bigint NOT NULL,
    actor text NOT NULL
);
CREATE TABLE public.census (
    school uuid NOT NULL,
    register text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    stated boolean NOT NULL,
    as_of bigint NOT NULL,
    ends_at bigint NOT NULL,
    actor text NOT NULL
);
CREATE TABLE public.column_mapping (
    school uuid NOT NULL,
    register text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    document text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.entry (
    id uuid NOT NULL,
    register text NOT NULL COLLATE pg_catalog."C",
    school uuid NOT NULL,
    name_key text NOT NULL COLLATE pg_catalog."C",
    state text,
    version bigint NOT NULL,
    since bigint NOT NULL,
    left_at bigint
);
CREATE TABLE public.entry_index (
    register text NOT NULL COLLATE pg_catalog."C",
    field text NOT NULL COLLATE pg_catalog."C",
    school uuid NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    entry uuid NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.entry_version (
    entry uuid NOT NULL,
    version bigint NOT NULL,
    register text NOT NULL COLLATE pg_catalog."C",
    school uuid NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    change text NOT NULL,
    before_at bigint,
    before_left_at bigint,
    before text,
    why text,
    actor text NOT NULL,
    import uuid,
    at bigint NOT NULL,
    CONSTRAINT entry_version_change_check CHECK ((change = ANY (ARRAY['created'::text, 'changed'::text, 'left'::text, 'removed'::text, 'restored'::text])))
);
CREATE TABLE public.evaluation (
    school uuid NOT NULL,
    pack text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL,
    at bigint NOT NULL,
    valid_until bigint,
    outcome text NOT NULL
);
CREATE TABLE public.finding (
    school uuid NOT NULL,
    pack text NOT NULL COLLATE pg_catalog."C",
    control text NOT NULL COLLATE pg_catalog."C",
    subject uuid NOT NULL,
    opened_at bigint NOT NULL,
    standing text NOT NULL,
    since bigint NOT NULL,
    due_at bigint,
    message text NOT NULL,
    message_key text NOT NULL,
    closed_at bigint,
    cause text,
    CONSTRAINT finding_cause_check CHECK ((cause = ANY (ARRAY['first-look'::text, 'newly-broken'::text, 'fixed'::text, 'now-due'::text, 'done'::text, 'now-known'::text, 'no-longer-known'::text, 'signed'::text, 'known-otherwise'::text, 'policy-changed'::text, 'section-started'::text, 'does-not-apply'::text]))),
    CONSTRAINT finding_standing_check CHECK ((standing = ANY (ARRAY['due'::text, 'broken'::text])))
);
CREATE TABLE public.generation (
    id bigint NOT NULL,
    number bigint NOT NULL,
    CONSTRAINT generation_id_check CHECK ((id = 1))
);
CREATE TABLE public.import (
    id uuid NOT NULL,
    school uuid NOT NULL,
    register text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    part boolean NOT NULL,
    file_hash text NOT NULL,
    mapping text NOT NULL,
    created_count bigint NOT NULL,
    changed_count bigint NOT NULL,
    unchanged_count bigint NOT NULL,
    left_count bigint NOT NULL,
    census_as_of bigint,
    census_before text,
    actor text NOT NULL,
    at bigint NOT NULL,
    undone_at bigint
);
CREATE TABLE public.migration (
    name text NOT NULL,
    applied_at bigint NOT NULL
);
CREATE TABLE public.named_entry (
    school uuid NOT NULL,
    pack text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    entry uuid NOT NULL,
    confirmed_at bigint NOT NULL,
    actor text NOT NULL
);
CREATE TABLE public.observation (
    entry uuid NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    at_before bigint,
    import uuid,
    left_at bigint,
    document text NOT NULL
);
CREATE TABLE public.organisation (
    id uuid NOT NULL,
    title text NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.param_value (
    school uuid NOT NULL,
    pack text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    literal text NOT NULL,
    set_at bigint NOT NULL,
    actor text NOT NULL
);
CREATE TABLE public.pending_record (
    writer uuid NOT NULL,
    slot bigint NOT NULL,
    number bigint NOT NULL,
    kind text NOT NULL,
    organisation uuid,
    school uuid,
    actor text NOT NULL,
    document text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.probe (
    school uuid NOT NULL,
    pack text NOT NULL COLLATE pg_catalog."C",
    control text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL,
    build text NOT NULL,
    passed boolean NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.school (
    id uuid NOT NULL,
    organisation uuid NOT NULL,
    slug text NOT NULL COLLATE pg_catalog."C",
    title text NOT NULL,
    trust boolean NOT NULL,
    division text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT school_division_check CHECK ((division = ANY (ARRAY['england-and-wales'::text, 'scotland'::text, 'northern-ireland'::text])))
);
CREATE TABLE public.standing (
    school uuid NOT NULL,
    pack text NOT NULL COLLATE pg_catalog."C",
    clause text NOT NULL COLLATE pg_catalog."C",
    from_at bigint NOT NULL,
    to_at bigint,
    standing text NOT NULL,
    known_by text,
    counts text NOT NULL,
    cause text NOT NULL,
    CONSTRAINT standing_cause_check CHECK ((cause = ANY (ARRAY['first-look'::text, 'newly-broken'::text, 'fixed'::text, 'now-due'::text, 'done'::text, 'now-known'::text, 'no-longer-known'::text, 'signed'::text, 'known-otherwise'::text, 'policy-changed'::text, 'section-started'::text, 'does-not-apply'::text]))),
    CONSTRAINT standing_known_by_check CHECK ((known_by = ANY (ARRAY['stated'::text, 'signed'::text, 'evidenced'::text, 'measured'::text, 'enforced'::text]))),
    CONSTRAINT standing_standing_check CHECK ((standing = ANY (ARRAY['none'::text, 'kept'::text, 'told'::text, 'due'::text, 'unknown'::text, 'broken'::text])))
);
INSERT INTO public.adopted_pack VALUES ('01a2016d-cf9b-77c7-a606-61ad37602b8d', 'outside', 'e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834', '[["outside.toml","[pack]\nid = \"outside\"\ntitle = \"Outside\"\nversion = \"1\"\nlanguage = 1\nowner = [\"headteacher\"]\n[role]\nheadteacher = { title = \"Headteacher\", acts_as = \"head\" }\n[[clause]]\nid = \"1\"\nsection = \"All\"\ntext = \"Devices are encrypted.\"\nmode = \"detected\"\nwho = [\"headteacher\"]\ncontrols = [\"encrypted\"]\n[control.encrypted]\ntype = \"rule\"\nfor = \"device\"\nexpect = \"device.encrypted\"\nmessage = \"{device.name} is not encrypted\"\n"]]', 1795161600000000, 'system:init');
INSERT INTO public.calendar VALUES ('01a2016d-cf9b-77c7-a606-61ad37602b8d', '[{"name":"autumn","from":"2026-09-02","to":"2026-12-18","half_from":null,"half_to":null,"inset":[],"closed":[]}]', 1795161600000000, 'system:init');
INSERT INTO public.calendar VALUES ('01a2016d-cf9b-77c7-a606-61ae76ea1dc5', '[{"name":"autumn","from":"2026-09-02","to":"2026-12-18","half_from":null,"half_to":null,"inset":[],"closed":[]}]', 1795161600000000, 'system:init');
INSERT INTO public.calendar VALUES ('01a2016d-cf9b-77c7-a606-61af71cf9c46', '[{"name":"autumn","from":"2026-09-02","to":"2026-12-18","half_from":null,"half_to":null,"inset":[],"closed":[]}]', 1795161600000000, 'system:init');
INSERT INTO public.census VALUES ('01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'device', 'list', false, 1795165200000000, 1798243200000000, 'operator');
INSERT INTO public.column_mapping VALUES ('01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'device', 'list', '{"column_values":{},"columns":{},"constants":{},"firsts":{},"header_row":null,"joins":{},"sheet":null,"until":{},"values":{}}', 1795165200000000);
INSERT INTO public.column_mapping VALUES ('01a2016d-cf9b-77c7-a606-61af71cf9c46', 'device', 'list', '{"column_values":{},"columns":{},"constants":{},"firsts":{},"header_row":null,"joins":{},"sheet":null,"until":{},"values":{}}', 1795165200000000);
INSERT INTO public.entry VALUES ('01a1f7f8-3000-7000-82b9-d05e0a2f83cf', 'device', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'mu-1', NULL, 1, 1795161600000000, NULL);
INSERT INTO public.entry VALUES ('01a1f7f8-3000-7000-831d-36c5b497e6bc', 'device', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'mu-2', NULL, 2, 1795161600000000, NULL);
INSERT INTO public.entry VALUES ('01a1f7f8-3000-7000-8472-143b6161a873', 'device', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'mu-3', NULL, 2, 1795161600000000, 1795165200000000);
INSERT INTO public.entry VALUES ('01a1f82f-1e80-7000-82e4-c2cc987d3f64', 'device', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'mu-1', NULL, 1, 1795165200000000, NULL);
INSERT INTO public.entry VALUES ('01a1f82f-1e80-7000-836e-4f581ca3a1bf', 'device', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'mu-2', NULL, 1, 1795165200000000, NULL);
INSERT INTO public.entry VALUES ('01a1f82f-1e80-7000-8496-06b46561a0c3', 'device', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'mu-3', NULL, 1, 1795165200000000, NULL);
INSERT INTO public.entry_index VALUES ('device', 'name', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'mu-1', '01a1f7f8-3000-7000-82b9-d05e0a2f83cf', 'list');
INSERT INTO public.entry_index VALUES ('device', 'serial', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 's1', '01a1f7f8-3000-7000-82b9-d05e0a2f83cf', 'list');
INSERT INTO public.entry_index VALUES ('device', 'name', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'mu-3', '01a1f7f8-3000-7000-8472-143b6161a873', 'list');
INSERT INTO public.entry_index VALUES ('device', 'serial', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 's3', '01a1f7f8-3000-7000-8472-143b6161a873', 'list');
INSERT INTO public.entry_index VALUES ('device', 'name', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'mu-2', '01a1f7f8-3000-7000-831d-36c5b497e6bc', 'list');
INSERT INTO public.entry_index VALUES ('device', 'serial', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 's2', '01a1f7f8-3000-7000-831d-36c5b497e6bc', 'list');
INSERT INTO public.entry_index VALUES ('device', 'name', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'mu-1', '01a1f82f-1e80-7000-82e4-c2cc987d3f64', 'list');
INSERT INTO public.entry_index VALUES ('device', 'serial', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 's1', '01a1f82f-1e80-7000-82e4-c2cc987d3f64', 'list');
INSERT INTO public.entry_index VALUES ('device', 'name', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'mu-2', '01a1f82f-1e80-7000-836e-4f581ca3a1bf', 'list');
INSERT INTO public.entry_index VALUES ('device', 'serial', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 's2', '01a1f82f-1e80-7000-836e-4f581ca3a1bf', 'list');
INSERT INTO public.entry_index VALUES ('device', 'name', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'mu-3', '01a1f82f-1e80-7000-8496-06b46561a0c3', 'list');
INSERT INTO public.entry_index VALUES ('device', 'serial', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 's3', '01a1f82f-1e80-7000-8496-06b46561a0c3', 'list');
INSERT INTO public.entry_version VALUES ('01a1f7f8-3000-7000-82b9-d05e0a2f83cf', 1, 'device', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'list', 'created', NULL, NULL, NULL, NULL, 'operator', '01a2016d-d1f2-72f5-9727-88063ec5c083', 1795161600000000);
INSERT INTO public.entry_version VALUES ('01a1f7f8-3000-7000-831d-36c5b497e6bc', 1, 'device', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'list', 'created', NULL, NULL, NULL, NULL, 'operator', '01a2016d-d1f2-72f5-9727-88063ec5c083', 1795161600000000);
INSERT INTO public.entry_version VALUES ('01a1f7f8-3000-7000-8472-143b6161a873', 1, 'device', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'list', 'created', NULL, NULL, NULL, NULL, 'operator', '01a2016d-d1f2-72f5-9727-88063ec5c083', 1795161600000000);
INSERT INTO public.entry_version VALUES ('01a1f7f8-3000-7000-831d-36c5b497e6bc', 2, 'device', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'list', 'changed', 1795161600000000, NULL, '{"held":1795161600000000,"facts":{"encrypted":{"v":{"bool":false}},"name":{"v":{"text":"MU-2"}},"serial":{"v":{"text":"S2"}}}}', NULL, 'operator', '01a2016d-d267-7353-946f-275f08da502f', 1795165200000000);
INSERT INTO public.entry_version VALUES ('01a1f7f8-3000-7000-8472-143b6161a873', 2, 'device', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'list', 'left', 1795161600000000, NULL, '{"held":1795161600000000,"facts":{"encrypted":{"v":{"bool":false}},"name":{"v":{"text":"MU-3"}},"serial":{"v":{"text":"S3"}}}}', NULL, 'operator', '01a2016d-d267-7353-946f-275f08da502f', 1795165200000000);
INSERT INTO public.entry_version VALUES ('01a1f82f-1e80-7000-82e4-c2cc987d3f64', 1, 'device', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'list', 'created', NULL, NULL, NULL, NULL, 'operator', '01a2016d-d376-72a4-995c-71937e5f3e17', 1795165200000000);
INSERT INTO public.entry_version VALUES ('01a1f82f-1e80-7000-836e-4f581ca3a1bf', 1, 'device', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'list', 'created', NULL, NULL, NULL, NULL, 'operator', '01a2016d-d376-72a4-995c-71937e5f3e17', 1795165200000000);
INSERT INTO public.entry_version VALUES ('01a1f82f-1e80-7000-8496-06b46561a0c3', 1, 'device', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'list', 'created', NULL, NULL, NULL, NULL, 'operator', '01a2016d-d376-72a4-995c-71937e5f3e17', 1795165200000000);
INSERT INTO public.evaluation VALUES ('01a2016d-cf9b-77c7-a606-61ad37602b8d', 'outside', 'e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834', 1795248000000000, NULL, '{"pack":"outside","pack_hash":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834","at":"2026-11-21T08:00:00Z","valid_until":null,"clauses":[{"clause":"1","standing":"none","known_by":null,"counts":{"subjects":0,"kept":0,"excused":0,"due":0,"unknown":0,"broken":0},"missing":[],"valid_until":null,"due_on":null,"since":"2026-11-20T08:00:00Z","none_because":"at-schools","own":null}]}');
INSERT INTO public.evaluation VALUES ('01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'outside', 'e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834', 1795248000000000, 1798189200000000, '{"pack":"outside","pack_hash":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834","at":"2026-11-21T08:00:00Z","valid_until":"2026-12-25T09:00:00Z","clauses":[{"clause":"1","standing":"kept","known_by":"measured","counts":{"subjects":2,"kept":2,"excused":0,"due":0,"unknown":0,"broken":0},"missing":[],"valid_until":"2026-12-25T09:00:00Z","due_on":null,"since":"2026-11-20T09:00:00Z","none_because":null,"own":null}]}');
INSERT INTO public.evaluation VALUES ('01a2016d-cf9b-77c7-a606-61af71cf9c46', 'outside', 'e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834', 1795248000000000, 1798189200000000, '{"pack":"outside","pack_hash":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834","at":"2026-11-21T08:00:00Z","valid_until":"2026-12-25T09:00:00Z","clauses":[{"clause":"1","standing":"broken","known_by":"measured","counts":{"subjects":3,"kept":1,"excused":0,"due":0,"unknown":0,"broken":2},"missing":[{"missing":"census","register":"device"}],"valid_until":"2026-12-25T09:00:00Z","due_on":null,"since":"2026-11-20T09:00:00Z","none_because":null,"own":null}]}');
INSERT INTO public.finding VALUES ('01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'outside', 'encrypted', '01a1f7f8-3000-7000-831d-36c5b497e6bc', 1795161600000000, 'broken', 1795161600000000, NULL, 'MU-2 is not encrypted', 'mu-2 is not encrypted', 1795165200000000, 'fixed');
INSERT INTO public.finding VALUES ('01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'outside', 'encrypted', '01a1f7f8-3000-7000-8472-143b6161a873', 1795161600000000, 'broken', 1795161600000000, NULL, 'MU-3 is not encrypted', 'mu-3 is not encrypted', 1795165200000000, 'fixed');
INSERT INTO public.finding VALUES ('01a2016d-cf9b-77c7-a606-61af71cf9c46', 'outside', 'encrypted', '01a1f82f-1e80-7000-836e-4f581ca3a1bf', 1795165200000000, 'broken', 1795165200000000, NULL, 'MU-2 is not encrypted', 'mu-2 is not encrypted', NULL, NULL);
INSERT INTO public.finding VALUES ('01a2016d-cf9b-77c7-a606-61af71cf9c46', 'outside', 'encrypted', '01a1f82f-1e80-7000-8496-06b46561a0c3', 1795165200000000, 'broken', 1795165200000000, NULL, 'MU-3 is not encrypted', 'mu-3 is not encrypted', NULL, NULL);
INSERT INTO public.generation VALUES (1, 12);
INSERT INTO public.import VALUES ('01a2016d-d1f2-72f5-9727-88063ec5c083', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'device', 'list', false, '7d595e6f2f28534276f74fd8cfdb8f0b8dd666b2fa06c01af56aebf1d59e7b41', '{"Device name":"name","Encrypted":"encrypted","Serial number":"serial"}', 3, 0, 0, 0, 1795161600000000, NULL, 'operator', 1795161600000000, NULL);
INSERT INTO public.import VALUES ('01a2016d-d267-7353-946f-275f08da502f', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'device', 'list', false, 'eebc4d5aca7f14c64b116282dc061a9acffd9b55e1428a8d513c80441370f43b', '{"Device name":"name","Encrypted":"encrypted","Serial number":"serial"}', 0, 1, 1, 1, 1795165200000000, '{"stated":false,"as_of":1795161600000000,"ends_at":1798243200000000,"actor":"operator"}', 'operator', 1795165200000000, NULL);
INSERT INTO public.import VALUES ('01a2016d-d376-72a4-995c-71937e5f3e17', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'device', 'list', true, '7d595e6f2f28534276f74fd8cfdb8f0b8dd666b2fa06c01af56aebf1d59e7b41', '{"Device name":"name","Encrypted":"encrypted","Serial number":"serial"}', 3, 0, 0, 0, NULL, NULL, 'operator', 1795165200000000, NULL);
INSERT INTO public.migration VALUES ('0001_house', 1795161600000000);
INSERT INTO public.migration VALUES ('0002_entry', 1795161600000000);
INSERT INTO public.migration VALUES ('0003_policy', 1795161600000000);
INSERT INTO public.migration VALUES ('0004_standing', 1795161600000000);
INSERT INTO public.observation VALUES ('01a1f7f8-3000-7000-831d-36c5b497e6bc', 'list', 1795165200000000, 1795161600000000, '01a2016d-d267-7353-946f-275f08da502f', NULL, '{"held":1795165200000000,"facts":{"encrypted":{"v":{"bool":true}},"name":{"v":{"text":"MU-2"},"held":1795161600000000},"serial":{"v":{"text":"S2"},"held":1795161600000000}}}');
INSERT INTO public.observation VALUES ('01a1f7f8-3000-7000-82b9-d05e0a2f83cf', 'list', 1795165200000000, 1795161600000000, '01a2016d-d267-7353-946f-275f08da502f', NULL, '{"held":1795161600000000,"facts":{"encrypted":{"v":{"bool":true}},"name":{"v":{"text":"MU-1"}},"serial":{"v":{"text":"S1"}}}}');
INSERT INTO public.observation VALUES ('01a1f7f8-3000-7000-8472-143b6161a873', 'list', 1795161600000000, 1795161600000000, '01a2016d-d267-7353-946f-275f08da502f', 1795165200000000, '{"held":1795161600000000,"facts":{"encrypted":{"v":{"bool":false}},"name":{"v":{"text":"MU-3"}},"serial":{"v":{"text":"S3"}}}}');
INSERT INTO public.observation VALUES ('01a1f82f-1e80-7000-82e4-c2cc987d3f64', 'list', 1795165200000000, NULL, '01a2016d-d376-72a4-995c-71937e5f3e17', NULL, '{"held":1795165200000000,"facts":{"encrypted":{"v":{"bool":true}},"name":{"v":{"text":"MU-1"}},"serial":{"v":{"text":"S1"}}}}');
INSERT INTO public.observation VALUES ('01a1f82f-1e80-7000-836e-4f581ca3a1bf', 'list', 1795165200000000, NULL, '01a2016d-d376-72a4-995c-71937e5f3e17', NULL, '{"held":1795165200000000,"facts":{"encrypted":{"v":{"bool":false}},"name":{"v":{"text":"MU-2"}},"serial":{"v":{"text":"S2"}}}}');
INSERT INTO public.observation VALUES ('01a1f82f-1e80-7000-8496-06b46561a0c3', 'list', 1795165200000000, NULL, '01a2016d-d376-72a4-995c-71937e5f3e17', NULL, '{"held":1795165200000000,"facts":{"encrypted":{"v":{"bool":false}},"name":{"v":{"text":"MU-3"}},"serial":{"v":{"text":"S3"}}}}');
INSERT INTO public.organisation VALUES ('01a2016d-cf9b-77c7-a606-61acd0f8bd20', 'Made-up Trust', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-ce2b-71e0-ba42-142c08502d4d', 1, 1, 'organisation-added', '01a2016d-cf9b-77c7-a606-61acd0f8bd20', NULL, 'system:init', '{}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-ce2b-71e0-ba42-142c08502d4d', 1, 2, 'school-added', '01a2016d-cf9b-77c7-a606-61acd0f8bd20', '01a2016d-cf9b-77c7-a606-61ad37602b8d', 'system:init', '{"trust":{"count":1}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-ce2b-71e0-ba42-142c08502d4d', 1, 3, 'calendar-set', NULL, '01a2016d-cf9b-77c7-a606-61ad37602b8d', 'system:init', '{"terms":{"count":1}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-ce2b-71e0-ba42-142c08502d4d', 1, 4, 'school-added', '01a2016d-cf9b-77c7-a606-61acd0f8bd20', '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'system:init', '{"trust":{"count":0}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-ce2b-71e0-ba42-142c08502d4d', 1, 5, 'calendar-set', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'system:init', '{"terms":{"count":1}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-ce2b-71e0-ba42-142c08502d4d', 1, 6, 'school-added', '01a2016d-cf9b-77c7-a606-61acd0f8bd20', '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'system:init', '{"trust":{"count":0}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-ce2b-71e0-ba42-142c08502d4d', 1, 7, 'calendar-set', NULL, '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'system:init', '{"terms":{"count":1}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-ce2b-71e0-ba42-142c08502d4d', 1, 8, 'pack-adopted', NULL, '01a2016d-cf9b-77c7-a606-61ad37602b8d', 'system:init', '{"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"pack":{"word":"outside"}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-cfb8-7050-ab94-0afb3ec19aa7', 1, 1, 'standing-changed', NULL, '01a2016d-cf9b-77c7-a606-61ad37602b8d', 'operator', '{"cause":{"word":"first-look"},"clause":{"word":"1"},"pack":{"word":"outside"}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-cfb8-7050-ab94-0afb3ec19aa7', 1, 2, 'evaluated', NULL, '01a2016d-cf9b-77c7-a606-61ad37602b8d', 'operator', '{"clauses":{"count":1},"closed":{"count":0},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":0},"pack":{"word":"outside"},"standings":{"count":1}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-cfb8-7050-ab94-0afb3ec19aa7', 1, 3, 'standing-changed', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"cause":{"word":"first-look"},"clause":{"word":"1"},"pack":{"word":"outside"}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-cfb8-7050-ab94-0afb3ec19aa7', 1, 4, 'evaluated', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"clauses":{"count":1},"closed":{"count":0},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":0},"pack":{"word":"outside"},"standings":{"count":1}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-cfb8-7050-ab94-0afb3ec19aa7', 1, 5, 'standing-changed', NULL, '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'operator', '{"cause":{"word":"first-look"},"clause":{"word":"1"},"pack":{"word":"outside"}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-cfb8-7050-ab94-0afb3ec19aa7', 1, 6, 'evaluated', NULL, '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'operator', '{"clauses":{"count":1},"closed":{"count":0},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":0},"pack":{"word":"outside"},"standings":{"count":1}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d1ca-7081-ab1d-148714fde872', 1, 1, 'import-committed', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"changed":{"count":0},"complete":{"count":1},"created":{"count":3},"file":{"word":"7d595e6f2f28534276f74fd8cfdb8f0b8dd666b2fa06c01af56aebf1d59e7b41"},"import":{"id":"01a2016d-d1f2-72f5-9727-88063ec5c083"},"left":{"count":0},"register":{"word":"device"},"source":{"word":"list"},"unchanged":{"count":0}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d1ca-7081-ab1d-148714fde872', 1, 2, 'finding-opened', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f7f8-3000-7000-831d-36c5b497e6bc"}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d1ca-7081-ab1d-148714fde872', 1, 3, 'finding-opened', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f7f8-3000-7000-8472-143b6161a873"}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d1ca-7081-ab1d-148714fde872', 1, 4, 'standing-changed', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"cause":{"word":"now-known"},"clause":{"word":"1"},"pack":{"word":"outside"}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d1ca-7081-ab1d-148714fde872', 1, 5, 'evaluated', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"clauses":{"count":1},"closed":{"count":0},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":2},"pack":{"word":"outside"},"standings":{"count":1}}', 1795161600000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d22c-7402-84e4-62b5930aaca1', 1, 1, 'import-committed', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"changed":{"count":1},"complete":{"count":1},"created":{"count":0},"file":{"word":"eebc4d5aca7f14c64b116282dc061a9acffd9b55e1428a8d513c80441370f43b"},"import":{"id":"01a2016d-d267-7353-946f-275f08da502f"},"left":{"count":1},"register":{"word":"device"},"source":{"word":"list"},"unchanged":{"count":1}}', 1795165200000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d22c-7402-84e4-62b5930aaca1', 1, 2, 'finding-closed', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f7f8-3000-7000-831d-36c5b497e6bc"}}', 1795165200000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d22c-7402-84e4-62b5930aaca1', 1, 3, 'finding-closed', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f7f8-3000-7000-8472-143b6161a873"}}', 1795165200000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d22c-7402-84e4-62b5930aaca1', 1, 4, 'standing-changed', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"cause":{"word":"fixed"},"clause":{"word":"1"},"pack":{"word":"outside"}}', 1795165200000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d22c-7402-84e4-62b5930aaca1', 1, 5, 'evaluated', NULL, '01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'operator', '{"clauses":{"count":1},"closed":{"count":2},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":0},"pack":{"word":"outside"},"standings":{"count":1}}', 1795165200000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d2e2-754a-b977-20a7d4e235b9', 1, 1, 'import-committed', NULL, '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'operator', '{"changed":{"count":0},"complete":{"count":0},"created":{"count":3},"file":{"word":"7d595e6f2f28534276f74fd8cfdb8f0b8dd666b2fa06c01af56aebf1d59e7b41"},"import":{"id":"01a2016d-d376-72a4-995c-71937e5f3e17"},"left":{"count":0},"register":{"word":"device"},"source":{"word":"list"},"unchanged":{"count":0}}', 1795165200000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d2e2-754a-b977-20a7d4e235b9', 1, 2, 'finding-opened', NULL, '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'operator', '{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f82f-1e80-7000-836e-4f581ca3a1bf"}}', 1795165200000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d2e2-754a-b977-20a7d4e235b9', 1, 3, 'finding-opened', NULL, '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'operator', '{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f82f-1e80-7000-8496-06b46561a0c3"}}', 1795165200000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d2e2-754a-b977-20a7d4e235b9', 1, 4, 'standing-changed', NULL, '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'operator', '{"cause":{"word":"now-known"},"clause":{"word":"1"},"pack":{"word":"outside"}}', 1795165200000000);
INSERT INTO public.pending_record VALUES ('01a2016d-d2e2-754a-b977-20a7d4e235b9', 1, 5, 'evaluated', NULL, '01a2016d-cf9b-77c7-a606-61af71cf9c46', 'operator', '{"clauses":{"count":1},"closed":{"count":0},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":2},"pack":{"word":"outside"},"standings":{"count":1}}', 1795165200000000);
INSERT INTO public.school VALUES ('01a2016d-cf9b-77c7-a606-61ad37602b8d', '01a2016d-cf9b-77c7-a606-61acd0f8bd20', 'made-up-trust', 'Made-up Trust', true, 'england-and-wales', 1795161600000000);
INSERT INTO public.school VALUES ('01a2016d-cf9b-77c7-a606-61ae76ea1dc5', '01a2016d-cf9b-77c7-a606-61acd0f8bd20', 'hill-made-up', 'Hill (made up)', false, 'england-and-wales', 1795161600000000);
INSERT INTO public.school VALUES ('01a2016d-cf9b-77c7-a606-61af71cf9c46', '01a2016d-cf9b-77c7-a606-61acd0f8bd20', 'vale-made-up', 'Vale (made up)', false, 'england-and-wales', 1795161600000000);
INSERT INTO public.standing VALUES ('01a2016d-cf9b-77c7-a606-61ad37602b8d', 'outside', '1', 1795161600000000, NULL, 'none', NULL, '{"subjects":0,"kept":0,"excused":0,"due":0,"unknown":0,"broken":0}', 'first-look');
INSERT INTO public.standing VALUES ('01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'outside', '1', 1795161600000000, 1795165200000000, 'broken', 'measured', '{"subjects":3,"kept":1,"excused":0,"due":0,"unknown":0,"broken":2}', 'now-known');
INSERT INTO public.standing VALUES ('01a2016d-cf9b-77c7-a606-61ae76ea1dc5', 'outside', '1', 1795165200000000, NULL, 'kept', 'measured', '{"subjects":2,"kept":2,"excused":0,"due":0,"unknown":0,"broken":0}', 'fixed');
INSERT INTO public.standing VALUES ('01a2016d-cf9b-77c7-a606-61af71cf9c46', 'outside', '1', 1795161600000000, 1795165200000000, 'unknown', NULL, '{"subjects":0,"kept":0,"excused":0,"due":0,"unknown":0,"broken":0}', 'first-look');
INSERT INTO public.standing VALUES ('01a2016d-cf9b-77c7-a606-61af71cf9c46', 'outside', '1', 1795165200000000, NULL, 'broken', 'measured', '{"subjects":3,"kept":1,"excused":0,"due":0,"unknown":0,"broken":2}', 'now-known');
ALTER TABLE ONLY public.adopted_pack
    ADD CONSTRAINT adopted_pack_school_pack PRIMARY KEY (school, pack);
ALTER TABLE ONLY public.calendar
    ADD CONSTRAINT calendar_school PRIMARY KEY (school);
ALTER TABLE ONLY public.census
    ADD CONSTRAINT census_school_register_source PRIMARY KEY (school, register, source);
ALTER TABLE ONLY public.column_mapping
    ADD CONSTRAINT column_mapping_school_register_source PRIMARY KEY (school, register, source);
ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_id PRIMARY KEY (id);
ALTER TABLE ONLY public.entry_index
    ADD CONSTRAINT entry_index_school_register_field_key_entry_source PRIMARY KEY (school, register, field, key, entry, source);
ALTER TABLE ONLY public.entry_version
    ADD CONSTRAINT entry_version_entry_version PRIMARY KEY (entry, version);
ALTER TABLE ONLY public.evaluation
    ADD CONSTRAINT evaluation_school_pack PRIMARY KEY (school, pack);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_school_pack_control_subject_opened_at PRIMARY KEY (school, pack, control, subject, opened_at);
ALTER TABLE ONLY public.generation
    ADD CONSTRAINT generation_id PRIMARY KEY (id);
ALTER TABLE ONLY public.import
    ADD CONSTRAINT import_id PRIMARY KEY (id);
ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.named_entry
    ADD CONSTRAINT named_entry_school_pack_name PRIMARY KEY (school, pack, name);
ALTER TABLE ONLY public.observation
    ADD CONSTRAINT observation_entry_source PRIMARY KEY (entry, source);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_id PRIMARY KEY (id);
ALTER TABLE ONLY public.param_value
    ADD CONSTRAINT param_value_school_pack_name PRIMARY KEY (school, pack, name);
ALTER TABLE ONLY public.pending_record
    ADD CONSTRAINT pending_record_writer_slot_number PRIMARY KEY (writer, slot, number);
ALTER TABLE ONLY public.probe
    ADD CONSTRAINT probe_school_pack_control PRIMARY KEY (school, pack, control);
ALTER TABLE ONLY public.school
    ADD CONSTRAINT school_id PRIMARY KEY (id);
ALTER TABLE ONLY public.school
    ADD CONSTRAINT school_organisation_slug UNIQUE (organisation, slug);
ALTER TABLE ONLY public.standing
    ADD CONSTRAINT standing_school_pack_clause_from_at PRIMARY KEY (school, pack, clause, from_at);
CREATE INDEX entry_index_entry_source ON public.entry_index USING btree (entry, source);
CREATE INDEX entry_school_register_name_key_id ON public.entry USING btree (school, register, name_key, id) WHERE (left_at IS NULL);
CREATE INDEX entry_version_import_entry ON public.entry_version USING btree (import, entry);
CREATE UNIQUE INDEX finding_school_pack_control_subject ON public.finding USING btree (school, pack, control, subject) WHERE (closed_at IS NULL);
CREATE INDEX import_school_at_id ON public.import USING btree (school, at, id);
CREATE INDEX named_entry_entry ON public.named_entry USING btree (entry);
CREATE INDEX observation_import ON public.observation USING btree (import);
CREATE UNIQUE INDEX school_organisation ON public.school USING btree (organisation) WHERE trust;
CREATE UNIQUE INDEX standing_school_pack_clause ON public.standing USING btree (school, pack, clause) WHERE (to_at IS NULL);
ALTER TABLE ONLY public.adopted_pack
    ADD CONSTRAINT adopted_pack_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.calendar
    ADD CONSTRAINT calendar_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.census
    ADD CONSTRAINT census_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.column_mapping
    ADD CONSTRAINT column_mapping_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.entry_index
    ADD CONSTRAINT entry_index_entry_fkey FOREIGN KEY (entry) REFERENCES public.entry(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.evaluation
    ADD CONSTRAINT evaluation_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.import
    ADD CONSTRAINT import_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.named_entry
    ADD CONSTRAINT named_entry_entry_fkey FOREIGN KEY (entry) REFERENCES public.entry(id);
ALTER TABLE ONLY public.named_entry
    ADD CONSTRAINT named_entry_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.observation
    ADD CONSTRAINT observation_entry_fkey FOREIGN KEY (entry) REFERENCES public.entry(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.param_value
    ADD CONSTRAINT param_value_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.probe
    ADD CONSTRAINT probe_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
ALTER TABLE ONLY public.school
    ADD CONSTRAINT school_organisation_fkey FOREIGN KEY (organisation) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.standing
    ADD CONSTRAINT standing_school_fkey FOREIGN KEY (school) REFERENCES public.school(id);
