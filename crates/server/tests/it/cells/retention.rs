//! Keeping and erasing.

use super::{BASE, Cell, List, reach};

const RETENTION: &str = r#"
mode = "detected"
controls = ["t"]
[control.t]
type = "retention"
register = "record-series"
where = "record_series.series == 'minutes'"
keep = "10 years"
from = "record_series.closed_on"
then = "destroy"
within = "10 working days"
"#;

const RETENTION_CELLS: &[Cell] = &[
    Cell {
        what: "nothing past its date",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed\nMinutes 2020,minutes,01/07/2020\n")],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "past its date, in time",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed\nMinutes 2016,minutes,20/11/2016\n")],
        expect: "due measured",
        ..BASE
    },
    Cell {
        what: "past its date, too late",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed\nMinutes 2016,minutes,20/10/2016\n")],
        expect: "broken measured",
        ..BASE
    },
    Cell {
        what: "gone",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed,Disposed\nMinutes 2016,minutes,20/10/2016,21/11/2026\n")],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "held",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed,Hold\nMinutes 2016,minutes,20/10/2016,an inquiry\n")],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "its beginning is not known",
        policy: RETENTION,
        steps: &[List("record-series", "Record,Series,Closed\nMinutes 2016,minutes,\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell { what: "nobody said that these are all", policy: RETENTION, expect: "unknown -", ..BASE },
];

#[test]
fn retention() {
    reach(RETENTION_CELLS);
}
