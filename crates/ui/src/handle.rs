//! What every component is given: the view to read, and a way to send intents.

use crate::messages::Messages;
use leptos::prelude::*;
use session::{Intent, PageView, StudioView, View, WatchView};

/// The two ends of the session that the pages hold.
#[derive(Clone, Copy, Debug)]
pub struct Handle {
    /// What to show.
    pub view: ReadSignal<View>,
    /// Takes what the person did.
    pub send: Callback<Intent>,
}

/// Gives the pages below the current owner their session.
pub fn provide(handle: Handle) {
    let view = handle.view;
    let messages = Memo::new(move |_| view.with(|view| Messages(view.locale)));
    provide_context(Ui { handle, messages });
}

/// A component's access to its session, in the words of the pages.
///
/// Selectors are plain functions, not closures: one compiled body serves each type of value, which
/// keeps the download small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ui {
    handle: Handle,
    messages: Memo<Messages>,
}

impl Ui {
    /// The session that was provided above.
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// Sends an intent.
    pub(crate) fn send(self, intent: Intent) {
        self.handle.send.run(intent);
    }

    /// A handler of an event whose details do not matter.
    pub(crate) fn on<E: 'static>(self, intent: Intent) -> impl Fn(E) + Clone + Send + 'static {
        move |_| self.send(intent.clone())
    }

    /// The messages in the language of the moment.
    pub(crate) fn messages(self) -> Messages {
        self.messages.get()
    }

    /// A message that follows the language.
    pub(crate) fn text(self, message: fn(Messages) -> &'static str) -> Signal<&'static str> {
        let messages = self.messages;
        Signal::derive(move || message(messages.get()))
    }

    /// The same as the content of an element.
    pub(crate) fn words(self, message: fn(Messages) -> &'static str) -> Signal<String> {
        let messages = self.messages;
        crate::words::words(move || message(messages.get()))
    }

    /// A part of the view; changes only when it does.
    pub(crate) fn select<T>(self, part: fn(&View) -> T) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let view = self.handle.view;
        Memo::new(move |_| view.with(part))
    }

    /// A part of the view that is looked up with something the component knows.
    pub(crate) fn select_with<T>(self, part: impl Fn(&View) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let view = self.handle.view;
        Memo::new(move |_| view.with(|view| part(view)))
    }

    /// A part of the watch page's view. The page is shown a moment before its view is.
    pub(crate) fn watch<T>(self, part: fn(&WatchView) -> T) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let view = self.handle.view;
        Memo::new(move |_| {
            view.with(|view| match &view.page {
                PageView::Watch(watch) => part(watch),
                PageView::Other | PageView::Lobby(_) | PageView::Studio(_) => {
                    part(&WatchView::default())
                }
            })
        })
    }

    /// A part of the studio's view. The page is shown a moment before its view is.
    pub(crate) fn studio<T>(self, part: fn(&StudioView) -> T) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let view = self.handle.view;
        Memo::new(move |_| {
            view.with(|view| match &view.page {
                PageView::Studio(studio) => part(studio),
                PageView::Other | PageView::Lobby(_) | PageView::Watch(_) => {
                    part(&StudioView::default())
                }
            })
        })
    }

    /// Whether the client has not taken over yet: until then, what it handles is disabled, so that
    /// nothing typed or pressed too early is lost without a sign.
    pub(crate) fn is_starting(self) -> Memo<bool> {
        self.select(|view| view.user_name.is_empty())
    }
}
