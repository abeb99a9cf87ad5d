PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE annotations (
    frame INTEGER NOT NULL REFERENCES frames ON DELETE CASCADE, id TEXT NOT NULL,
    position INTEGER NOT NULL, is_proposal INTEGER NOT NULL, label INTEGER NOT NULL,
    origin TEXT NOT NULL, score REAL, track INTEGER, z INTEGER NOT NULL, attributes TEXT NOT NULL,
    region INTEGER NOT NULL REFERENCES regions, PRIMARY KEY (frame, id)) WITHOUT ROWID;
INSERT INTO "annotations" VALUES(1,'first',0,0,1,'person',NULL,NULL,0,'',4);
INSERT INTO "annotations" VALUES(1,'mask',2,0,1,'person',NULL,NULL,0,'',3);
INSERT INTO "annotations" VALUES(1,'outline',1,0,2,'person',NULL,7,3,'[["occluded", "yes"]]',2);
INSERT INTO "annotations" VALUES(2,'proposed',0,0,1,'unet',0.5,NULL,0,'',5);
INSERT INTO "annotations" VALUES(3,'proposed',0,1,1,'unet',0.5,NULL,0,'',6);
CREATE TABLE changed (
    step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE,
    frame INTEGER NOT NULL REFERENCES frames ON DELETE CASCADE, id TEXT NOT NULL,
    PRIMARY KEY (step, frame, id)) WITHOUT ROWID;
INSERT INTO "changed" VALUES(1,1,'first');
INSERT INTO "changed" VALUES(2,1,'mask');
INSERT INTO "changed" VALUES(2,1,'outline');
INSERT INTO "changed" VALUES(3,1,'first');
INSERT INTO "changed" VALUES(4,2,'proposed');
INSERT INTO "changed" VALUES(4,3,'proposed');
INSERT INTO "changed" VALUES(5,2,'proposed');
INSERT INTO "changed" VALUES(6,5,'in video');
CREATE TABLE changes (
    step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE, is_after INTEGER NOT NULL,
    frame INTEGER NOT NULL REFERENCES frames ON DELETE CASCADE, id TEXT NOT NULL,
    position INTEGER NOT NULL, is_proposal INTEGER NOT NULL, label INTEGER NOT NULL,
    origin TEXT NOT NULL, score REAL, track INTEGER, z INTEGER NOT NULL, attributes TEXT NOT NULL,
    region INTEGER NOT NULL REFERENCES regions,
    PRIMARY KEY (step, is_after, frame, id)) WITHOUT ROWID;
INSERT INTO "changes" VALUES(1,1,1,'first',0,0,1,'person',NULL,NULL,0,'',1);
INSERT INTO "changes" VALUES(2,1,1,'mask',2,0,1,'person',NULL,NULL,0,'',3);
INSERT INTO "changes" VALUES(2,1,1,'outline',1,0,2,'person',NULL,7,3,'[["occluded", "yes"]]',2);
INSERT INTO "changes" VALUES(3,0,1,'first',0,0,1,'person',NULL,NULL,0,'',1);
INSERT INTO "changes" VALUES(3,1,1,'first',0,0,1,'person',NULL,NULL,0,'',4);
INSERT INTO "changes" VALUES(4,1,2,'proposed',0,1,1,'unet',0.5,NULL,0,'',5);
INSERT INTO "changes" VALUES(4,1,3,'proposed',0,1,1,'unet',0.5,NULL,0,'',6);
INSERT INTO "changes" VALUES(5,0,2,'proposed',0,1,1,'unet',0.5,NULL,0,'',5);
INSERT INTO "changes" VALUES(5,1,2,'proposed',0,0,1,'unet',0.5,NULL,0,'',5);
INSERT INTO "changes" VALUES(6,1,5,'in video',0,0,1,'person',NULL,NULL,0,'',7);
CREATE TABLE frames (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, number INTEGER NOT NULL, rank INTEGER NOT NULL,
    height INTEGER NOT NULL DEFAULT 0, width INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'new', UNIQUE (path, number));
INSERT INTO "frames" VALUES(1,'a.jpg',0,1,0,0,'corrected');
INSERT INTO "frames" VALUES(2,'b.jpg',0,2,30,40,'corrected');
INSERT INTO "frames" VALUES(3,'sub/c.jpg',0,3,30,40,'predicted');
INSERT INTO "frames" VALUES(4,'d.jpg',0,4,0,0,'new');
INSERT INTO "frames" VALUES(5,'v.mp4',40,5,0,0,'new');
CREATE TABLE labels (
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL UNIQUE,
    color TEXT NOT NULL);
INSERT INTO "labels" VALUES(0,0,'background','000000');
INSERT INTO "labels" VALUES(1,1,'cell','ff0000');
INSERT INTO "labels" VALUES(2,2,'nucleus','00ff00');
CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "notes" VALUES('shown','3');
CREATE TABLE regions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, data BLOB NOT NULL);
INSERT INTO "regions" VALUES(1,'box',X'000000000000F03F000000000000F03F00000000000018400000000000002240');
INSERT INTO "regions" VALUES(2,'polygon',X'0200000003000000030000000000000000000000000010410000003F0000104100001041000000400000004000004040000000400000404000004040');
INSERT INTO "regions" VALUES(3,'mask',X'FFFFFFFF04000000050000000D00000078016B6062E0605060686000000649012B');
INSERT INTO "regions" VALUES(4,'box',X'0000000000001040000000000000F03F00000000000022400000000000002240');
INSERT INTO "regions" VALUES(5,'box',X'0000000000000000000000000000000000000000000008400000000000000840');
INSERT INTO "regions" VALUES(6,'box',X'0000000000000000000000000000000000000000000008400000000000000840');
INSERT INTO "regions" VALUES(7,'box',X'0000000000000040000000000000F03F0000000000001C400000000000002240');
CREATE TABLE sources (
    path TEXT PRIMARY KEY, rank INTEGER NOT NULL, count INTEGER NOT NULL);
INSERT INTO "sources" VALUES('v.mp4',5,250);
CREATE TABLE step_frames (
    step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE, frame INTEGER NOT NULL
    REFERENCES frames ON DELETE CASCADE, is_after INTEGER NOT NULL, height INTEGER NOT NULL,
    width INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (step, frame, is_after)) WITHOUT ROWID;
INSERT INTO "step_frames" VALUES(1,1,0,0,0,'new');
INSERT INTO "step_frames" VALUES(1,1,1,0,0,'corrected');
INSERT INTO "step_frames" VALUES(2,1,0,0,0,'corrected');
INSERT INTO "step_frames" VALUES(2,1,1,0,0,'corrected');
INSERT INTO "step_frames" VALUES(3,1,0,0,0,'corrected');
INSERT INTO "step_frames" VALUES(3,1,1,0,0,'corrected');
INSERT INTO "step_frames" VALUES(4,2,0,0,0,'new');
INSERT INTO "step_frames" VALUES(4,2,1,30,40,'predicted');
INSERT INTO "step_frames" VALUES(4,3,0,0,0,'new');
INSERT INTO "step_frames" VALUES(4,3,1,30,40,'predicted');
INSERT INTO "step_frames" VALUES(5,2,0,30,40,'predicted');
INSERT INTO "step_frames" VALUES(5,2,1,30,40,'corrected');
INSERT INTO "step_frames" VALUES(6,5,0,0,0,'new');
INSERT INTO "step_frames" VALUES(6,5,1,0,0,'corrected');
INSERT INTO "step_frames" VALUES(7,3,0,30,40,'predicted');
INSERT INTO "step_frames" VALUES(7,3,1,30,40,'verified');
CREATE TABLE steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, is_undone INTEGER NOT NULL DEFAULT 0);
INSERT INTO "steps" VALUES(1,'Draw box',0);
INSERT INTO "steps" VALUES(2,'Draw more',0);
INSERT INTO "steps" VALUES(3,'Move',0);
INSERT INTO "steps" VALUES(4,'Run unet',0);
INSERT INTO "steps" VALUES(5,'Accept',0);
INSERT INTO "steps" VALUES(6,'Draw box',1);
INSERT INTO "steps" VALUES(7,'Verify',1);
CREATE INDEX frames_in_order ON frames (rank, number, state);
CREATE INDEX frames_by_state ON frames (state);
CREATE INDEX annotations_by_label ON annotations (is_proposal, label);
CREATE INDEX annotations_by_region ON annotations (region);
CREATE INDEX steps_undone ON steps (is_undone);
CREATE INDEX changes_by_region ON changes (region);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('regions',7);
INSERT INTO "sqlite_sequence" VALUES('steps',7);
COMMIT;
