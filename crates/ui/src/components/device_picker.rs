//! Which camera, which microphone.

use crate::handle::Ui;
use crate::messages::Messages;
use leptos::prelude::*;
use session::{Device, DeviceId, DeviceKind, Intent, SourceView};

/// The devices of one kind; the one in use is chosen. A microphone can be left out altogether.
#[component]
pub(crate) fn DevicePicker(kind: DeviceKind, source: Memo<SourceView>) -> AnyView {
    let ui = Ui::expect();
    let devices = ui.studio(|studio| studio.devices.clone());
    let name = ui.text(match kind {
        DeviceKind::Camera => |m| m.camera(),
        DeviceKind::Microphone => |m| m.microphone(),
    });
    let choose = move |event| ui.send(intent(kind, event_target_value(&event)));
    let options = move || {
        let choices = choices(ui.messages(), kind, &source.read(), &devices.read());
        let option = |choice: Choice| {
            let Choice { id, label, in_use } = choice;
            view! { <option value=id translate="no" prop:selected=in_use selected=in_use>{label}</option> }
        };
        choices.into_iter().map(option).collect_view()
    };
    view! {
        <select class="device" aria-label=name on:change=choose>
            {options}
        </select>
    }
    .into_any()
}

/// One line of the list. Without an id it is the choice of nothing.
#[derive(Clone, Debug, PartialEq)]
struct Choice {
    id: String,
    label: String,
    in_use: bool,
}

fn choices(
    messages: Messages,
    kind: DeviceKind,
    source: &SourceView,
    devices: &[Device],
) -> Vec<Choice> {
    let (used, used_label) = match source {
        SourceView::On { device, label } => (device.as_ref(), label.as_str()),
        SourceView::Off | SourceView::Starting => (None, ""),
    };
    let named = |label: &str| match label {
        "" => messages.unnamed_device().to_owned(),
        label => label.to_owned(),
    };
    let of_kind = || devices.iter().filter(|device| device.kind == kind);
    // A browser may capture from a device before it lists it.
    let unlisted = !of_kind().any(|device| Some(&device.id) == used);
    let unlisted = unlisted.then(|| Choice {
        id: used.map(|id| id.0.clone()).unwrap_or_default(),
        label: named(used_label),
        in_use: true,
    });
    let listed = of_kind().map(|device| Choice {
        id: device.id.0.clone(),
        label: named(&device.label),
        in_use: Some(&device.id) == used,
    });
    let nothing = (kind == DeviceKind::Microphone).then(|| Choice {
        id: String::new(),
        label: messages.turn_off_microphone().to_owned(),
        in_use: false,
    });
    unlisted.into_iter().chain(listed).chain(nothing).collect()
}

fn intent(kind: DeviceKind, id: String) -> Intent {
    match kind {
        DeviceKind::Camera => Intent::UseCamera(Some(DeviceId(id))),
        DeviceKind::Microphone if id.is_empty() => Intent::StopMicrophone,
        DeviceKind::Microphone => Intent::UseMicrophone(Some(DeviceId(id))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use session::Locale;

    #[test]
    fn a_choice_becomes_the_intent_for_its_kind() {
        let id = || "d1".to_owned();
        let device = Some(DeviceId(id()));
        assert_eq!(
            intent(DeviceKind::Camera, id()),
            Intent::UseCamera(device.clone())
        );
        assert_eq!(
            intent(DeviceKind::Microphone, id()),
            Intent::UseMicrophone(device)
        );
        assert_eq!(
            intent(DeviceKind::Microphone, String::new()),
            Intent::StopMicrophone
        );
    }

    #[test]
    fn a_device_in_use_is_listed_even_if_the_browser_does_not_list_it() {
        let source = SourceView::On {
            device: None,
            label: "Built-in".into(),
        };
        let choices = choices(Messages(Locale::En), DeviceKind::Microphone, &source, &[]);
        let shown: Vec<_> = choices
            .iter()
            .map(|c| (c.label.as_str(), c.in_use))
            .collect();
        assert_eq!(shown, [("Built-in", true), ("Turn off microphone", false)]);
    }
}
