//! The way up.

use session::Report;
use std::rc::Rc;

/// Takes reports to the session. A report made while an effect runs waits until all effects have
/// run.
#[derive(Clone)]
pub(crate) struct Reporter(Rc<dyn Fn(Report)>);

impl Reporter {
    /// A reporter that hands every report to `feed`.
    pub(crate) fn new(feed: impl Fn(Report) + 'static) -> Self {
        Self(Rc::new(feed))
    }

    /// Tells what happened.
    pub(crate) fn report(&self, report: Report) {
        (self.0)(report);
    }
}
