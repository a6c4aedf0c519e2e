PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE migration (name TEXT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL);
INSERT INTO migration VALUES('0001_house',1795161600000000);
INSERT INTO migration VALUES('0002_entry',1795161600000000);
INSERT INTO migration VALUES('0003_policy',1795161600000000);
INSERT INTO migration VALUES('0004_standing',1795161600000000);
CREATE TABLE organisation (
    id BLOB NOT NULL,
    title TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT organisation_id PRIMARY KEY (id)
) STRICT;
INSERT INTO organisation VALUES(X'01a2016ca2ac711da72edcbd082111f2','Made-up Trust',1795161600000000);
CREATE TABLE school (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    trust INTEGER NOT NULL,
    division TEXT NOT NULL CHECK (division IN ('england-and-wales', 'scotland', 'northern-ireland')),
    created_at INTEGER NOT NULL,
    CONSTRAINT school_id PRIMARY KEY (id),
    CONSTRAINT school_organisation_slug UNIQUE (organisation, slug),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;
INSERT INTO school VALUES(X'01a2016ca2ac711da72edcbe0a462293',X'01a2016ca2ac711da72edcbd082111f2','made-up-trust','Made-up Trust',1,'england-and-wales',1795161600000000);
INSERT INTO school VALUES(X'01a2016ca2ac711da72edcbfdb96ef45',X'01a2016ca2ac711da72edcbd082111f2','hill-made-up','Hill (made up)',0,'england-and-wales',1795161600000000);
INSERT INTO school VALUES(X'01a2016ca2ac711da72edcc00a27a01e',X'01a2016ca2ac711da72edcbd082111f2','vale-made-up','Vale (made up)',0,'england-and-wales',1795161600000000);
CREATE TABLE calendar (
    school BLOB NOT NULL,
    terms TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT calendar_school PRIMARY KEY (school),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO calendar VALUES(X'01a2016ca2ac711da72edcbe0a462293','[{"name":"autumn","from":"2026-09-02","to":"2026-12-18","half_from":null,"half_to":null,"inset":[],"closed":[]}]',1795161600000000,'system:init');
INSERT INTO calendar VALUES(X'01a2016ca2ac711da72edcbfdb96ef45','[{"name":"autumn","from":"2026-09-02","to":"2026-12-18","half_from":null,"half_to":null,"inset":[],"closed":[]}]',1795161600000000,'system:init');
INSERT INTO calendar VALUES(X'01a2016ca2ac711da72edcc00a27a01e','[{"name":"autumn","from":"2026-09-02","to":"2026-12-18","half_from":null,"half_to":null,"inset":[],"closed":[]}]',1795161600000000,'system:init');
CREATE TABLE generation (
    id INTEGER NOT NULL CHECK (id = 1),
    number INTEGER NOT NULL,
    CONSTRAINT generation_id PRIMARY KEY (id)
) STRICT;
INSERT INTO generation VALUES(1,12);
CREATE TABLE pending_record (
    writer BLOB NOT NULL,
    slot INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    organisation BLOB,
    school BLOB,
    actor TEXT NOT NULL,
    document TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pending_record_writer_slot_number PRIMARY KEY (writer, slot, number)
) STRICT;
INSERT INTO pending_record VALUES(X'01a2016ca25872d4ad991a6e14a62d9e',1,1,'organisation-added',X'01a2016ca2ac711da72edcbd082111f2',NULL,'system:init','{}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca25872d4ad991a6e14a62d9e',1,2,'school-added',X'01a2016ca2ac711da72edcbd082111f2',X'01a2016ca2ac711da72edcbe0a462293','system:init','{"trust":{"count":1}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca25872d4ad991a6e14a62d9e',1,3,'calendar-set',NULL,X'01a2016ca2ac711da72edcbe0a462293','system:init','{"terms":{"count":1}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca25872d4ad991a6e14a62d9e',1,4,'school-added',X'01a2016ca2ac711da72edcbd082111f2',X'01a2016ca2ac711da72edcbfdb96ef45','system:init','{"trust":{"count":0}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca25872d4ad991a6e14a62d9e',1,5,'calendar-set',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','system:init','{"terms":{"count":1}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca25872d4ad991a6e14a62d9e',1,6,'school-added',X'01a2016ca2ac711da72edcbd082111f2',X'01a2016ca2ac711da72edcc00a27a01e','system:init','{"trust":{"count":0}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca25872d4ad991a6e14a62d9e',1,7,'calendar-set',NULL,X'01a2016ca2ac711da72edcc00a27a01e','system:init','{"terms":{"count":1}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca25872d4ad991a6e14a62d9e',1,8,'pack-adopted',NULL,X'01a2016ca2ac711da72edcbe0a462293','system:init','{"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"pack":{"word":"outside"}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2bb721e8f0e90948c5c35bd',1,1,'standing-changed',NULL,X'01a2016ca2ac711da72edcbe0a462293','operator','{"cause":{"word":"first-look"},"clause":{"word":"1"},"pack":{"word":"outside"}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2bb721e8f0e90948c5c35bd',1,2,'evaluated',NULL,X'01a2016ca2ac711da72edcbe0a462293','operator','{"clauses":{"count":1},"closed":{"count":0},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":0},"pack":{"word":"outside"},"standings":{"count":1}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2bb721e8f0e90948c5c35bd',1,3,'standing-changed',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"cause":{"word":"first-look"},"clause":{"word":"1"},"pack":{"word":"outside"}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2bb721e8f0e90948c5c35bd',1,4,'evaluated',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"clauses":{"count":1},"closed":{"count":0},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":0},"pack":{"word":"outside"},"standings":{"count":1}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2bb721e8f0e90948c5c35bd',1,5,'standing-changed',NULL,X'01a2016ca2ac711da72edcc00a27a01e','operator','{"cause":{"word":"first-look"},"clause":{"word":"1"},"pack":{"word":"outside"}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2bb721e8f0e90948c5c35bd',1,6,'evaluated',NULL,X'01a2016ca2ac711da72edcc00a27a01e','operator','{"clauses":{"count":1},"closed":{"count":0},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":0},"pack":{"word":"outside"},"standings":{"count":1}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2ff75eba0b2f104f47499d7',1,1,'import-committed',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"changed":{"count":0},"complete":{"count":1},"created":{"count":3},"file":{"word":"7d595e6f2f28534276f74fd8cfdb8f0b8dd666b2fa06c01af56aebf1d59e7b41"},"import":{"id":"01a2016c-a323-7524-b8d7-ba8a8ded31e6"},"left":{"count":0},"register":{"word":"device"},"source":{"word":"list"},"unchanged":{"count":0}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2ff75eba0b2f104f47499d7',1,2,'finding-opened',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f7f8-3000-7000-8362-6ebbb68256f6"}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2ff75eba0b2f104f47499d7',1,3,'finding-opened',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f7f8-3000-7000-84cc-b4da8ba8fe4b"}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2ff75eba0b2f104f47499d7',1,4,'standing-changed',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"cause":{"word":"now-known"},"clause":{"word":"1"},"pack":{"word":"outside"}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca2ff75eba0b2f104f47499d7',1,5,'evaluated',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"clauses":{"count":1},"closed":{"count":0},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":2},"pack":{"word":"outside"},"standings":{"count":1}}',1795161600000000);
INSERT INTO pending_record VALUES(X'01a2016ca36f71d0941d53e3241b8597',1,1,'import-committed',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"changed":{"count":1},"complete":{"count":1},"created":{"count":0},"file":{"word":"eebc4d5aca7f14c64b116282dc061a9acffd9b55e1428a8d513c80441370f43b"},"import":{"id":"01a2016c-a3af-72ba-9c58-76ee1cd11548"},"left":{"count":1},"register":{"word":"device"},"source":{"word":"list"},"unchanged":{"count":1}}',1795165200000000);
INSERT INTO pending_record VALUES(X'01a2016ca36f71d0941d53e3241b8597',1,2,'finding-closed',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f7f8-3000-7000-8362-6ebbb68256f6"}}',1795165200000000);
INSERT INTO pending_record VALUES(X'01a2016ca36f71d0941d53e3241b8597',1,3,'finding-closed',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f7f8-3000-7000-84cc-b4da8ba8fe4b"}}',1795165200000000);
INSERT INTO pending_record VALUES(X'01a2016ca36f71d0941d53e3241b8597',1,4,'standing-changed',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"cause":{"word":"fixed"},"clause":{"word":"1"},"pack":{"word":"outside"}}',1795165200000000);
INSERT INTO pending_record VALUES(X'01a2016ca36f71d0941d53e3241b8597',1,5,'evaluated',NULL,X'01a2016ca2ac711da72edcbfdb96ef45','operator','{"clauses":{"count":1},"closed":{"count":2},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":0},"pack":{"word":"outside"},"standings":{"count":1}}',1795165200000000);
INSERT INTO pending_record VALUES(X'01a2016ca3e2740b9af42bbf28c79c1c',1,1,'import-committed',NULL,X'01a2016ca2ac711da72edcc00a27a01e','operator','{"changed":{"count":0},"complete":{"count":0},"created":{"count":3},"file":{"word":"7d595e6f2f28534276f74fd8cfdb8f0b8dd666b2fa06c01af56aebf1d59e7b41"},"import":{"id":"01a2016c-a3f2-7722-9a70-8635b975f06d"},"left":{"count":0},"register":{"word":"device"},"source":{"word":"list"},"unchanged":{"count":0}}',1795165200000000);
INSERT INTO pending_record VALUES(X'01a2016ca3e2740b9af42bbf28c79c1c',1,2,'finding-opened',NULL,X'01a2016ca2ac711da72edcc00a27a01e','operator','{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f82f-1e80-7000-837b-db5413c94dfb"}}',1795165200000000);
INSERT INTO pending_record VALUES(X'01a2016ca3e2740b9af42bbf28c79c1c',1,3,'finding-opened',NULL,X'01a2016ca2ac711da72edcc00a27a01e','operator','{"control":{"word":"encrypted"},"pack":{"word":"outside"},"subject":{"id":"01a1f82f-1e80-7000-8473-c5cc6dfd8680"}}',1795165200000000);
INSERT INTO pending_record VALUES(X'01a2016ca3e2740b9af42bbf28c79c1c',1,4,'standing-changed',NULL,X'01a2016ca2ac711da72edcc00a27a01e','operator','{"cause":{"word":"now-known"},"clause":{"word":"1"},"pack":{"word":"outside"}}',1795165200000000);
INSERT INTO pending_record VALUES(X'01a2016ca3e2740b9af42bbf28c79c1c',1,5,'evaluated',NULL,X'01a2016ca2ac711da72edcc00a27a01e','operator','{"clauses":{"count":1},"closed":{"count":0},"hash":{"word":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834"},"opened":{"count":2},"pack":{"word":"outside"},"standings":{"count":1}}',1795165200000000);
CREATE TABLE entry (
    id BLOB NOT NULL,
    register TEXT NOT NULL,
    school BLOB NOT NULL,
    name_key TEXT NOT NULL,
    state TEXT,
    version INTEGER NOT NULL,
    since INTEGER NOT NULL,
    left_at INTEGER,
    CONSTRAINT entry_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO entry VALUES(X'01a1f7f8300070008254f83df7c14f73','device',X'01a2016ca2ac711da72edcbfdb96ef45','mu-1',NULL,1,1795161600000000,NULL);
INSERT INTO entry VALUES(X'01a1f7f83000700083626ebbb68256f6','device',X'01a2016ca2ac711da72edcbfdb96ef45','mu-2',NULL,2,1795161600000000,NULL);
INSERT INTO entry VALUES(X'01a1f7f83000700084ccb4da8ba8fe4b','device',X'01a2016ca2ac711da72edcbfdb96ef45','mu-3',NULL,2,1795161600000000,1795165200000000);
INSERT INTO entry VALUES(X'01a1f82f1e80700082cac93ffec92276','device',X'01a2016ca2ac711da72edcc00a27a01e','mu-1',NULL,1,1795165200000000,NULL);
INSERT INTO entry VALUES(X'01a1f82f1e807000837bdb5413c94dfb','device',X'01a2016ca2ac711da72edcc00a27a01e','mu-2',NULL,1,1795165200000000,NULL);
INSERT INTO entry VALUES(X'01a1f82f1e8070008473c5cc6dfd8680','device',X'01a2016ca2ac711da72edcc00a27a01e','mu-3',NULL,1,1795165200000000,NULL);
CREATE TABLE observation (
    entry BLOB NOT NULL,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    at_before INTEGER,
    import BLOB,
    left_at INTEGER,
    document TEXT NOT NULL,
    CONSTRAINT observation_entry_source PRIMARY KEY (entry, source),
    FOREIGN KEY (entry) REFERENCES entry (id) ON DELETE CASCADE
) STRICT;
INSERT INTO observation VALUES(X'01a1f7f8300070008254f83df7c14f73','list',1795165200000000,1795161600000000,X'01a2016ca3af72ba9c5876ee1cd11548',NULL,'{"held":1795161600000000,"facts":{"encrypted":{"v":{"bool":true}},"name":{"v":{"text":"MU-1"}},"serial":{"v":{"text":"S1"}}}}');
INSERT INTO observation VALUES(X'01a1f7f83000700083626ebbb68256f6','list',1795165200000000,1795161600000000,X'01a2016ca3af72ba9c5876ee1cd11548',NULL,'{"held":1795165200000000,"facts":{"encrypted":{"v":{"bool":true}},"name":{"v":{"text":"MU-2"},"held":1795161600000000},"serial":{"v":{"text":"S2"},"held":1795161600000000}}}');
INSERT INTO observation VALUES(X'01a1f7f83000700084ccb4da8ba8fe4b','list',1795161600000000,1795161600000000,X'01a2016ca3af72ba9c5876ee1cd11548',1795165200000000,'{"held":1795161600000000,"facts":{"encrypted":{"v":{"bool":false}},"name":{"v":{"text":"MU-3"}},"serial":{"v":{"text":"S3"}}}}');
INSERT INTO observation VALUES(X'01a1f82f1e80700082cac93ffec92276','list',1795165200000000,NULL,X'01a2016ca3f277229a708635b975f06d',NULL,'{"held":1795165200000000,"facts":{"encrypted":{"v":{"bool":true}},"name":{"v":{"text":"MU-1"}},"serial":{"v":{"text":"S1"}}}}');
INSERT INTO observation VALUES(X'01a1f82f1e807000837bdb5413c94dfb','list',1795165200000000,NULL,X'01a2016ca3f277229a708635b975f06d',NULL,'{"held":1795165200000000,"facts":{"encrypted":{"v":{"bool":false}},"name":{"v":{"text":"MU-2"}},"serial":{"v":{"text":"S2"}}}}');
INSERT INTO observation VALUES(X'01a1f82f1e8070008473c5cc6dfd8680','list',1795165200000000,NULL,X'01a2016ca3f277229a708635b975f06d',NULL,'{"held":1795165200000000,"facts":{"encrypted":{"v":{"bool":false}},"name":{"v":{"text":"MU-3"}},"serial":{"v":{"text":"S3"}}}}');
CREATE TABLE entry_index (
    register TEXT NOT NULL,
    field TEXT NOT NULL,
    school BLOB NOT NULL,
    key TEXT NOT NULL,
    entry BLOB NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT entry_index_school_register_field_key_entry_source
        PRIMARY KEY (school, register, field, key, entry, source),
    FOREIGN KEY (entry) REFERENCES entry (id) ON DELETE CASCADE
) STRICT;
INSERT INTO entry_index VALUES('device','name',X'01a2016ca2ac711da72edcbfdb96ef45','mu-1',X'01a1f7f8300070008254f83df7c14f73','list');
INSERT INTO entry_index VALUES('device','serial',X'01a2016ca2ac711da72edcbfdb96ef45','s1',X'01a1f7f8300070008254f83df7c14f73','list');
INSERT INTO entry_index VALUES('device','name',X'01a2016ca2ac711da72edcbfdb96ef45','mu-3',X'01a1f7f83000700084ccb4da8ba8fe4b','list');
INSERT INTO entry_index VALUES('device','serial',X'01a2016ca2ac711da72edcbfdb96ef45','s3',X'01a1f7f83000700084ccb4da8ba8fe4b','list');
INSERT INTO entry_index VALUES('device','name',X'01a2016ca2ac711da72edcbfdb96ef45','mu-2',X'01a1f7f83000700083626ebbb68256f6','list');
INSERT INTO entry_index VALUES('device','serial',X'01a2016ca2ac711da72edcbfdb96ef45','s2',X'01a1f7f83000700083626ebbb68256f6','list');
INSERT INTO entry_index VALUES('device','name',X'01a2016ca2ac711da72edcc00a27a01e','mu-1',X'01a1f82f1e80700082cac93ffec92276','list');
INSERT INTO entry_index VALUES('device','serial',X'01a2016ca2ac711da72edcc00a27a01e','s1',X'01a1f82f1e80700082cac93ffec92276','list');
INSERT INTO entry_index VALUES('device','name',X'01a2016ca2ac711da72edcc00a27a01e','mu-2',X'01a1f82f1e807000837bdb5413c94dfb','list');
INSERT INTO entry_index VALUES('device','serial',X'01a2016ca2ac711da72edcc00a27a01e','s2',X'01a1f82f1e807000837bdb5413c94dfb','list');
INSERT INTO entry_index VALUES('device','name',X'01a2016ca2ac711da72edcc00a27a01e','mu-3',X'01a1f82f1e8070008473c5cc6dfd8680','list');
INSERT INTO entry_index VALUES('device','serial',X'01a2016ca2ac711da72edcc00a27a01e','s3',X'01a1f82f1e8070008473c5cc6dfd8680','list');
CREATE TABLE entry_version (
    entry BLOB NOT NULL,
    version INTEGER NOT NULL,
    register TEXT NOT NULL,
    school BLOB NOT NULL,
    source TEXT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('created', 'changed', 'left', 'removed', 'restored')),
    before_at INTEGER,
    before_left_at INTEGER,
    before TEXT,
    why TEXT,
    actor TEXT NOT NULL,
    import BLOB,
    at INTEGER NOT NULL,
    CONSTRAINT entry_version_entry_version PRIMARY KEY (entry, version)
) STRICT;
INSERT INTO entry_version VALUES(X'01a1f7f8300070008254f83df7c14f73',1,'device',X'01a2016ca2ac711da72edcbfdb96ef45','list','created',NULL,NULL,NULL,NULL,'operator',X'01a2016ca3237524b8d7ba8a8ded31e6',1795161600000000);
INSERT INTO entry_version VALUES(X'01a1f7f83000700083626ebbb68256f6',1,'device',X'01a2016ca2ac711da72edcbfdb96ef45','list','created',NULL,NULL,NULL,NULL,'operator',X'01a2016ca3237524b8d7ba8a8ded31e6',1795161600000000);
INSERT INTO entry_version VALUES(X'01a1f7f83000700084ccb4da8ba8fe4b',1,'device',X'01a2016ca2ac711da72edcbfdb96ef45','list','created',NULL,NULL,NULL,NULL,'operator',X'01a2016ca3237524b8d7ba8a8ded31e6',1795161600000000);
INSERT INTO entry_version VALUES(X'01a1f7f83000700083626ebbb68256f6',2,'device',X'01a2016ca2ac711da72edcbfdb96ef45','list','changed',1795161600000000,NULL,'{"held":1795161600000000,"facts":{"encrypted":{"v":{"bool":false}},"name":{"v":{"text":"MU-2"}},"serial":{"v":{"text":"S2"}}}}',NULL,'operator',X'01a2016ca3af72ba9c5876ee1cd11548',1795165200000000);
INSERT INTO entry_version VALUES(X'01a1f7f83000700084ccb4da8ba8fe4b',2,'device',X'01a2016ca2ac711da72edcbfdb96ef45','list','left',1795161600000000,NULL,'{"held":1795161600000000,"facts":{"encrypted":{"v":{"bool":false}},"name":{"v":{"text":"MU-3"}},"serial":{"v":{"text":"S3"}}}}',NULL,'operator',X'01a2016ca3af72ba9c5876ee1cd11548',1795165200000000);
INSERT INTO entry_version VALUES(X'01a1f82f1e80700082cac93ffec92276',1,'device',X'01a2016ca2ac711da72edcc00a27a01e','list','created',NULL,NULL,NULL,NULL,'operator',X'01a2016ca3f277229a708635b975f06d',1795165200000000);
INSERT INTO entry_version VALUES(X'01a1f82f1e807000837bdb5413c94dfb',1,'device',X'01a2016ca2ac711da72edcc00a27a01e','list','created',NULL,NULL,NULL,NULL,'operator',X'01a2016ca3f277229a708635b975f06d',1795165200000000);
INSERT INTO entry_version VALUES(X'01a1f82f1e8070008473c5cc6dfd8680',1,'device',X'01a2016ca2ac711da72edcc00a27a01e','list','created',NULL,NULL,NULL,NULL,'operator',X'01a2016ca3f277229a708635b975f06d',1795165200000000);
CREATE TABLE census (
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    source TEXT NOT NULL,
    stated INTEGER NOT NULL,
    as_of INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT census_school_register_source PRIMARY KEY (school, register, source),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO census VALUES(X'01a2016ca2ac711da72edcbfdb96ef45','device','list',0,1795165200000000,1798243200000000,'operator');
CREATE TABLE import (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    source TEXT NOT NULL,
    part INTEGER NOT NULL,
    file_hash TEXT NOT NULL,
    mapping TEXT NOT NULL,
    created_count INTEGER NOT NULL,
    changed_count INTEGER NOT NULL,
    unchanged_count INTEGER NOT NULL,
    left_count INTEGER NOT NULL,
    census_as_of INTEGER,
    census_before TEXT,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    undone_at INTEGER,
    CONSTRAINT import_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO import VALUES(X'01a2016ca3237524b8d7ba8a8ded31e6',X'01a2016ca2ac711da72edcbfdb96ef45','device','list',0,'7d595e6f2f28534276f74fd8cfdb8f0b8dd666b2fa06c01af56aebf1d59e7b41','{"Device name":"name","Encrypted":"encrypted","Serial number":"serial"}',3,0,0,0,1795161600000000,NULL,'operator',1795161600000000,NULL);
INSERT INTO import VALUES(X'01a2016ca3af72ba9c5876ee1cd11548',X'01a2016ca2ac711da72edcbfdb96ef45','device','list',0,'eebc4d5aca7f14c64b116282dc061a9acffd9b55e1428a8d513c80441370f43b','{"Device name":"name","Encrypted":"encrypted","Serial number":"serial"}',0,1,1,1,1795165200000000,'{"stated":false,"as_of":1795161600000000,"ends_at":1798243200000000,"actor":"operator"}','operator',1795165200000000,NULL);
INSERT INTO import VALUES(X'01a2016ca3f277229a708635b975f06d',X'01a2016ca2ac711da72edcc00a27a01e','device','list',1,'7d595e6f2f28534276f74fd8cfdb8f0b8dd666b2fa06c01af56aebf1d59e7b41','{"Device name":"name","Encrypted":"encrypted","Serial number":"serial"}',3,0,0,0,NULL,NULL,'operator',1795165200000000,NULL);
CREATE TABLE column_mapping (
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    source TEXT NOT NULL,
    document TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT column_mapping_school_register_source PRIMARY KEY (school, register, source),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO column_mapping VALUES(X'01a2016ca2ac711da72edcbfdb96ef45','device','list','{"column_values":{},"columns":{},"constants":{},"firsts":{},"header_row":null,"joins":{},"sheet":null,"until":{},"values":{}}',1795165200000000);
INSERT INTO column_mapping VALUES(X'01a2016ca2ac711da72edcc00a27a01e','device','list','{"column_values":{},"columns":{},"constants":{},"firsts":{},"header_row":null,"joins":{},"sheet":null,"until":{},"values":{}}',1795165200000000);
CREATE TABLE adopted_pack (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    hash TEXT NOT NULL,
    sources TEXT NOT NULL,
    adopted_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT adopted_pack_school_pack PRIMARY KEY (school, pack),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO adopted_pack VALUES(X'01a2016ca2ac711da72edcbe0a462293','outside','e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834','[["outside.toml","[pack]\nid = \"outside\"\ntitle = \"Outside\"\nversion = \"1\"\nlanguage = 1\nowner = [\"headteacher\"]\n[role]\nheadteacher = { title = \"Headteacher\", acts_as = \"head\" }\n[[clause]]\nid = \"1\"\nsection = \"All\"\ntext = \"Devices are encrypted.\"\nmode = \"detected\"\nwho = [\"headteacher\"]\ncontrols = [\"encrypted\"]\n[control.encrypted]\ntype = \"rule\"\nfor = \"device\"\nexpect = \"device.encrypted\"\nmessage = \"{device.name} is not encrypted\"\n"]]',1795161600000000,'system:init');
CREATE TABLE param_value (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    name TEXT NOT NULL,
    literal TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT param_value_school_pack_name PRIMARY KEY (school, pack, name),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE TABLE named_entry (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    name TEXT NOT NULL,
    entry BLOB NOT NULL,
    confirmed_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT named_entry_school_pack_name PRIMARY KEY (school, pack, name),
    FOREIGN KEY (school) REFERENCES school (id),
    FOREIGN KEY (entry) REFERENCES entry (id)
) STRICT;
CREATE TABLE probe (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    control TEXT NOT NULL,
    hash TEXT NOT NULL,
    build TEXT NOT NULL,
    passed INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT probe_school_pack_control PRIMARY KEY (school, pack, control),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE TABLE evaluation (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    valid_until INTEGER,
    outcome TEXT NOT NULL,
    CONSTRAINT evaluation_school_pack PRIMARY KEY (school, pack),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO evaluation VALUES(X'01a2016ca2ac711da72edcbe0a462293','outside','e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834',1795248000000000,NULL,'{"pack":"outside","pack_hash":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834","at":"2026-11-21T08:00:00Z","valid_until":null,"clauses":[{"clause":"1","standing":"none","known_by":null,"counts":{"subjects":0,"kept":0,"excused":0,"due":0,"unknown":0,"broken":0},"missing":[],"valid_until":null,"due_on":null,"since":"2026-11-20T08:00:00Z","none_because":"at-schools","own":null}]}');
INSERT INTO evaluation VALUES(X'01a2016ca2ac711da72edcbfdb96ef45','outside','e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834',1795248000000000,1798189200000000,'{"pack":"outside","pack_hash":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834","at":"2026-11-21T08:00:00Z","valid_until":"2026-12-25T09:00:00Z","clauses":[{"clause":"1","standing":"kept","known_by":"measured","counts":{"subjects":2,"kept":2,"excused":0,"due":0,"unknown":0,"broken":0},"missing":[],"valid_until":"2026-12-25T09:00:00Z","due_on":null,"since":"2026-11-20T09:00:00Z","none_because":null,"own":null}]}');
INSERT INTO evaluation VALUES(X'01a2016ca2ac711da72edcc00a27a01e','outside','e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834',1795248000000000,1798189200000000,'{"pack":"outside","pack_hash":"e083fc5d93fd3b9145f5c06c53b517711997bcc055234a294b77e8394c118834","at":"2026-11-21T08:00:00Z","valid_until":"2026-12-25T09:00:00Z","clauses":[{"clause":"1","standing":"broken","known_by":"measured","counts":{"subjects":3,"kept":1,"excused":0,"due":0,"unknown":0,"broken":2},"missing":[{"missing":"census","register":"device"}],"valid_until":"2026-12-25T09:00:00Z","due_on":null,"since":"2026-11-20T09:00:00Z","none_because":null,"own":null}]}');
CREATE TABLE finding (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    control TEXT NOT NULL,
    subject BLOB NOT NULL,
    opened_at INTEGER NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('due', 'broken')),
    since INTEGER NOT NULL,
    due_at INTEGER,
    message TEXT NOT NULL,
    message_key TEXT NOT NULL,
    closed_at INTEGER,
    cause TEXT CHECK (cause IN ('first-look', 'newly-broken', 'fixed', 'now-due', 'done', 'now-known', 'no-longer-known', 'signed', 'known-otherwise', 'policy-changed', 'section-started', 'does-not-apply')),
    CONSTRAINT finding_school_pack_control_subject_opened_at PRIMARY KEY (school, pack, control, subject, opened_at),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO finding VALUES(X'01a2016ca2ac711da72edcbfdb96ef45','outside','encrypted',X'01a1f7f83000700083626ebbb68256f6',1795161600000000,'broken',1795161600000000,NULL,'MU-2 is not encrypted','mu-2 is not encrypted',1795165200000000,'fixed');
INSERT INTO finding VALUES(X'01a2016ca2ac711da72edcbfdb96ef45','outside','encrypted',X'01a1f7f83000700084ccb4da8ba8fe4b',1795161600000000,'broken',1795161600000000,NULL,'MU-3 is not encrypted','mu-3 is not encrypted',1795165200000000,'fixed');
INSERT INTO finding VALUES(X'01a2016ca2ac711da72edcc00a27a01e','outside','encrypted',X'01a1f82f1e807000837bdb5413c94dfb',1795165200000000,'broken',1795165200000000,NULL,'MU-2 is not encrypted','mu-2 is not encrypted',NULL,NULL);
INSERT INTO finding VALUES(X'01a2016ca2ac711da72edcc00a27a01e','outside','encrypted',X'01a1f82f1e8070008473c5cc6dfd8680',1795165200000000,'broken',1795165200000000,NULL,'MU-3 is not encrypted','mu-3 is not encrypted',NULL,NULL);
CREATE TABLE standing (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    clause TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER,
    standing TEXT NOT NULL CHECK (standing IN ('none', 'kept', 'told', 'due', 'unknown', 'broken')),
    known_by TEXT CHECK (known_by IN ('stated', 'signed', 'evidenced', 'measured', 'enforced')),
    counts TEXT NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('first-look', 'newly-broken', 'fixed', 'now-due', 'done', 'now-known', 'no-longer-known', 'signed', 'known-otherwise', 'policy-changed', 'section-started', 'does-not-apply')),
    CONSTRAINT standing_school_pack_clause_from_at PRIMARY KEY (school, pack, clause, from_at),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO standing VALUES(X'01a2016ca2ac711da72edcbe0a462293','outside','1',1795161600000000,NULL,'none',NULL,'{"subjects":0,"kept":0,"excused":0,"due":0,"unknown":0,"broken":0}','first-look');
INSERT INTO standing VALUES(X'01a2016ca2ac711da72edcbfdb96ef45','outside','1',1795161600000000,1795165200000000,'broken','measured','{"subjects":3,"kept":1,"excused":0,"due":0,"unknown":0,"broken":2}','now-known');
INSERT INTO standing VALUES(X'01a2016ca2ac711da72edcc00a27a01e','outside','1',1795161600000000,1795165200000000,'unknown',NULL,'{"subjects":0,"kept":0,"excused":0,"due":0,"unknown":0,"broken":0}','first-look');
INSERT INTO standing VALUES(X'01a2016ca2ac711da72edcbfdb96ef45','outside','1',1795165200000000,NULL,'kept','measured','{"subjects":2,"kept":2,"excused":0,"due":0,"unknown":0,"broken":0}','fixed');
INSERT INTO standing VALUES(X'01a2016ca2ac711da72edcc00a27a01e','outside','1',1795165200000000,NULL,'broken','measured','{"subjects":3,"kept":1,"excused":0,"due":0,"unknown":0,"broken":2}','now-known');
CREATE UNIQUE INDEX school_organisation ON school (organisation) WHERE trust;
CREATE INDEX entry_school_register_name_key_id ON entry (school, register, name_key, id) WHERE left_at IS NULL;
CREATE INDEX observation_import ON observation (import);
CREATE INDEX entry_index_entry_source ON entry_index (entry, source);
CREATE INDEX entry_version_import_entry ON entry_version (import, entry);
CREATE INDEX import_school_at_id ON import (school, at, id);
CREATE INDEX named_entry_entry ON named_entry (entry);
CREATE UNIQUE INDEX finding_school_pack_control_subject ON finding (school, pack, control, subject) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX standing_school_pack_clause ON standing (school, pack, clause) WHERE to_at IS NULL;
COMMIT;
