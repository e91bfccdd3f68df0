//! Rendered pages, each for a moment: rendering costs milliseconds, and a crowd asks for the same
//! page at once. What is kept of one reader is only what their request says about the page, its
//! language and its colours.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

/// How long a page is shown as it was.
const FRESH: Duration = Duration::from_secs(1);

/// How many pages are kept.
const MAX_PAGES: usize = 128;

/// How long a request waits for its turn to be rendered.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// A page as it was rendered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) html: String,
    /// What marks the renderer's own inline scripts. It leaves the server in no answer: each has
    /// one of its own.
    pub(super) nonce: Option<String>,
}

impl Rendered {
    /// The page with another nonce.
    pub(super) fn with_nonce(&self, fresh: &str) -> String {
        match &self.nonce {
            Some(nonce) => self.html.replace(nonce.as_str(), fresh),
            None => self.html.clone(),
        }
    }
}

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Too many others wait to be rendered.
    Busy,
    /// The node is gone, or the renderer has failed.
    Gone,
}

/// The pages of this moment.
#[derive(Debug)]
pub(super) struct Cache {
    pages: Mutex<BTreeMap<String, Kept>>,
    /// Rendering takes no more than half of the cores, so that signals always find one.
    renderers: Arc<Semaphore>,
}

#[derive(Clone, Debug)]
struct Kept {
    begun: Instant,
    page: Arc<OnceCell<Arc<Rendered>>>,
}

impl Default for Cache {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self {
            pages: Mutex::default(),
            renderers: Arc::new(Semaphore::new((cores / 2).max(1))),
        }
    }
}

impl Cache {
    /// The page with this key. All who ask for it within a moment share one rendering, which keeps
    /// its turn until it is done, also when nobody waits for it any more.
    pub(super) async fn get(
        &self,
        key: String,
        render: impl AsyncFnOnce(OwnedSemaphorePermit) -> Option<Rendered>,
    ) -> Result<Arc<Rendered>, Failure> {
        let page = self.kept(key);
        let rendering = page.get_or_try_init(async || {
            let renderers = Arc::clone(&self.renderers);
            let turn = timeout(MAX_WAIT, renderers.acquire_owned()).await;
            let Ok(Ok(turn)) = turn else {
                return Err(Failure::Busy);
            };
            render(turn).await.map(Arc::new).ok_or(Failure::Gone)
        });
        rendering.await.cloned()
    }

    fn kept(&self, key: String) -> Arc<OnceCell<Arc<Rendered>>> {
        let now = Instant::now();
        let is_fresh = |kept: &Kept| now.duration_since(kept.begun) < FRESH;
        // Nothing in here panics half-way.
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = pages.get(&key).filter(|kept| is_fresh(kept)) {
            return Arc::clone(&kept.page);
        }
        pages.retain(|_, kept| is_fresh(kept));
        // Many pages of one reader must not keep others from sharing theirs.
        if pages.len() >= MAX_PAGES {
            let oldest = pages.iter().min_by_key(|(_, kept)| kept.begun);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                pages.remove(&oldest);
            }
        }
        let page = Arc::default();
        let kept = Kept {
            begun: now,
            page: Arc::clone(&page),
        };
        pages.insert(key, kept);
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn page(html: &str) -> Option<Rendered> {
        Some(Rendered {
            html: html.to_owned(),
            nonce: Some("abc".to_owned()),
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_shares_one_rendering_and_later_ones_see_what_is_new() {
        let cache = Cache::default();
        let rendered = AtomicUsize::new(0);
        let get = async |key: &str| {
            let render = async |_| {
                tokio::time::sleep(Duration::from_millis(100)).await;
                page(&rendered.fetch_add(1, Ordering::Relaxed).to_string())
            };
            cache
                .get(key.to_owned(), render)
                .await
                .unwrap()
                .html
                .clone()
        };
        let crowd = (0..1_000).map(|_| get("lobby"));
        let seen = futures_util::future::join_all(crowd).await;
        assert!(seen.iter().all(|html| html == "0"));
        assert_eq!(get("other").await, "1");
        tokio::time::advance(FRESH).await;
        assert_eq!(get("lobby").await, "2");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_for_a_turn_is_told_so() {
        let cache = Cache::default();
        let never = || std::future::pending::<Option<Rendered>>();
        let busy =
            (0..64).map(|number| cache.get(format!("busy {number}"), async |_| never().await));
        let late = async {
            tokio::task::yield_now().await;
            cache.get("late".to_owned(), async |_| page("late")).await
        };
        tokio::select! {
            _ = futures_util::future::join_all(busy) => unreachable!("they never end"),
            late = late => assert_eq!(late, Err(Failure::Busy)),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_not_kept() {
        let cache = Cache::default();
        let key = || "a".to_owned();
        assert_eq!(cache.get(key(), async |_| None).await, Err(Failure::Gone));
        assert!(cache.get(key(), async |_| page("there")).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_cannot_fill_the_memory_with_pages() {
        let cache = Cache::default();
        for number in 0..1_000 {
            let shown = cache.get(number.to_string(), async |_| page("x")).await;
            assert!(shown.is_ok());
        }
        assert_eq!(cache.pages.lock().unwrap().len(), MAX_PAGES);
        tokio::time::advance(FRESH).await;
        cache
            .get("one more".to_owned(), async |_| page("x"))
            .await
            .unwrap();
        assert_eq!(cache.pages.lock().unwrap().len(), 1);
    }

    #[test]
    fn each_answer_has_a_nonce_of_its_own() {
        let page = page(r#"<script nonce="abc">abcd</script>"#).unwrap();
        assert_eq!(
            page.with_nonce("xyz"),
            r#"<script nonce="xyz">xyzd</script>"#
        );
    }
}
