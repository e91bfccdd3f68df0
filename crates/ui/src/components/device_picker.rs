//! Which camera, which microphone.

use crate::handle::Ui;
use leptos::prelude::*;
use session::{DeviceId, DeviceKind, Intent, SourceView};

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
        let in_use = in_use(&source.read());
        let option = |(id, label): (String, String)| {
            let is_in_use = in_use.as_ref().is_some_and(|device| device.0 == id);
            view! { <option value=id prop:selected=is_in_use selected=is_in_use>{label}</option> }
        };
        let devices = devices.read();
        let of_kind = devices.iter().filter(|device| device.kind == kind);
        let labelled = of_kind.map(|device| {
            let label = if device.label.is_empty() {
                ui.messages().unnamed_device().to_owned()
            } else {
                device.label.clone()
            };
            (device.id.0.clone(), label)
        });
        let none = (kind == DeviceKind::Microphone).then(|| {
            (
                String::new(),
                ui.messages().turn_off_microphone().to_owned(),
            )
        });
        labelled.chain(none).map(option).collect_view()
    };
    view! {
        <select class="device" aria-label=name on:change=choose>
            {options}
        </select>
    }
    .into_any()
}

fn in_use(source: &SourceView) -> Option<DeviceId> {
    match source {
        SourceView::On { device, .. } => device.clone(),
        SourceView::Off | SourceView::Starting => None,
    }
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
}
