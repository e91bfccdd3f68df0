//! The one table of messages.
//!
//! Short and plain, verbs on buttons, no exclamation marks, no jargon. Korean in the polite 해요체.

use super::messages;

messages! {
    texts {
        // Everywhere.
        app: "Heliograph", "Heliograph";
        description: "Go live from a browser tab, and be seen in well under half a second.", "브라우저 탭에서 바로 방송하고, 거의 실시간으로 보여 주세요.";
        needs_script: "This page needs JavaScript to play and to send video.", "영상을 보거나 보내려면 JavaScript가 필요해요.";
        not_started: "This page has not started. Check your connection, then reload.", "페이지가 시작되지 않았어요. 인터넷 연결을 확인한 뒤 새로고침해 주세요.";
        broken: "Something on this page broke, and it has stopped. Reload to go on.", "페이지에 문제가 생겨서 멈췄어요. 새로고침하면 이어서 볼 수 있어요.";
        in_sandbox: "The site around this frame does not let the player start. Open it in a tab of its own.", "이 사이트에서는 플레이어를 시작할 수 없어요. 새 탭에서 열어 주세요.";
        below_path: "Heliograph works only at the root of an address, not below a path. The operator has to give it a host name of its own.", "Heliograph는 하위 경로가 아닌 주소의 최상위에서만 작동해요. 운영자가 전용 주소를 설정해야 해요.";
        reload: "Reload", "새로고침";
        skip: "Skip to the content", "본문으로 건너뛰기";
        home: "Heliograph, who is live now", "Heliograph, 지금 방송 중인 채널";
        theme_system: "Colours: as the system", "색상: 시스템 설정";
        theme_light: "Colours: light", "색상: 밝게";
        theme_dark: "Colours: dark", "색상: 어둡게";
        close: "Close", "닫기";
        dismiss: "Got it", "알겠어요";
        try_again: "Try again", "다시 시도";

        // The way to the server.
        connecting: "Connecting…", "연결하는 중이에요…";
        connected: "Up to date", "최신 상태예요";
        reconnecting: "Connection lost. Getting you back…", "연결이 끊겼어요. 다시 연결하는 중이에요…";
        stopped: "This page goes on in another tab or on another device.", "다른 탭이나 다른 기기에서 이어서 보고 있어요.";
        misunderstood: "This page is older than the server, or something in between changes what they say. Reload this page.", "페이지가 서버보다 오래됐거나 중간에서 내용이 바뀌고 있어요. 새로고침해 주세요.";
        forbidden: "The server takes no connections from this address. Whoever runs it has to let the proxy keep the host name, or allow this address.", "서버가 이 주소에서 오는 연결을 받지 않아요. 운영자가 프록시에서 호스트 이름을 유지하거나 이 주소를 허용해야 해요.";
        unauthenticated: "The server does not know who you are. Ask whoever runs it for access, then try again.", "서버가 누구인지 확인하지 못했어요. 운영자에게 접속 권한을 요청한 뒤 다시 시도해 주세요.";
        not_reached: "The server’s live connection cannot be reached. A proxy, a filter or an extension may block it. It goes on trying.", "서버와 실시간으로 연결할 수 없어요. 프록시나 필터, 확장 프로그램이 막고 있을 수 있어요. 계속 시도할게요.";
        server_away: "Server away. The picture goes on.", "서버와 연결이 끊겼어요. 영상은 계속 나와요.";
        server_away_alone: "The server is away. Nobody can join until it is back.", "서버와 연결이 끊겼어요. 다시 연결될 때까지 새로 들어올 수 없어요.";
        streamer_away: "The streamer has lost the connection. It goes on here by itself.", "방송하는 쪽의 연결이 끊겼어요. 돌아오면 바로 이어서 보여드려요.";
        streamer_back_soon: "The streamer is reconnecting. The picture goes on.", "방송하는 쪽이 다시 연결하는 중이에요. 영상은 계속 나와요.";
        still: "The picture has stopped. Getting it back…", "화면이 멈췄어요. 다시 불러오는 중이에요…";
        not_let_in: "The server did not let this page in. It tries again by itself.", "서버가 입장을 거절했어요. 잠시 뒤 다시 시도할게요.";
        connect_here: "Connect here", "여기서 연결하기";

        // The lobby.
        live_now: "Live now", "지금 방송 중";
        live: "Live", "방송 중";
        go_live: "Go live", "방송 시작";
        nobody_live: "Nobody is live right now.", "지금은 방송이 없어요.";
        list_fills: "As soon as somebody starts, they appear here by themselves.", "누군가 방송을 시작하면 여기에 바로 나타나요.";
        nobody_known: "Who is live is not known right now.", "지금 누가 방송 중인지 알 수 없어요.";
        list_waits: "The list fills as soon as the server is reached.", "서버에 연결되면 목록이 바로 나타나요.";
        start_stream: "Start a stream", "방송하러 가기";
        sound_only: "Sound only", "소리만 있어요";

        // Watching.
        picture: "Live picture", "방송 화면";
        paused: "Paused", "일시정지";
        back_to_live: "Back to live", "실시간으로 돌아가기";
        back_soon: "Back in a moment.", "잠시 자리를 비웠어요.";
        first: "You are the first", "첫 번째로 왔어요";
        waiting: "Not live yet. This page starts by itself.", "아직 방송 전이에요. 시작하면 바로 보여드려요.";
        ended: "The stream has ended.", "방송이 끝났어요.";
        ended_detail: "The next one starts here by itself.", "다음 방송이 시작되면 바로 보여드려요.";
        full: "This stream is full. It starts by itself when a place is free.", "자리가 모두 찼어요. 자리가 나면 바로 보여드려요.";
        not_playable: "This browser cannot play this stream. Open the link in another browser.", "이 브라우저에서는 재생할 수 없어요. 다른 브라우저에서 링크를 열어 주세요.";
        unreachable: "This network does not let the stream through. It goes on trying by itself.", "이 네트워크에서는 방송을 볼 수 없어요. 계속 다시 연결해 볼게요.";
        try_now: "Try again now", "지금 다시 시도";
        invalid_name: "No channel can have this name.", "이런 이름의 채널은 없어요.";
        see_live: "See who is live", "방송 중인 채널 보기";
        open_page: "Open on Heliograph", "Heliograph에서 열기";
        your_name: "Your name", "내 이름";
        change_name: "Change your name", "이름 바꾸기";
        save: "Save", "저장";
        cancel: "Cancel", "취소";

        // The player.
        controls: "Player controls", "재생 조작";
        play: "Play", "재생";
        pause: "Pause", "일시정지";
        mute: "Mute", "음소거";
        unmute: "Unmute", "소리 켜기";
        tap_for_sound: "Tap for sound", "눌러서 소리 켜기";
        turn_on_sound: "Turn on sound", "소리 켜기";
        volume: "Volume", "음량";
        fullscreen: "Full screen", "전체 화면";
        leave_fullscreen: "Leave full screen", "전체 화면 끝내기";
        float_picture: "Picture in picture", "작은 창으로 보기";
        return_picture: "Leave picture in picture", "작은 창 닫기";
        shortcuts: "Keyboard shortcuts", "키보드 단축키";
        key_space: "Space", "스페이스";
        play_or_pause: "Play or pause", "재생 또는 일시정지";
        sound_on_off: "Sound on or off", "소리 켜기 또는 끄기";
        volume_up_down: "Volume up or down", "음량 높이기 또는 낮추기";
        this_help: "This list", "이 목록";

        // The studio: sources.
        studio: "Studio", "스튜디오";
        preview: "Preview", "미리보기";
        preview_empty: "Nobody sees or hears you until you go live.", "방송을 시작하기 전에는 아무도 볼 수 없어요.";
        choose_source: "What do you want to show?", "무엇을 보여 줄까요?";
        use_both: "Turn on camera and microphone", "카메라와 마이크 켜기";
        use_microphone_only: "Microphone only", "마이크만 켜기";
        asking: "Your browser is asking. Choose “Allow”.", "브라우저가 물어보면 ‘허용’을 눌러 주세요.";
        sources: "Sources", "입력";
        camera: "Camera", "카메라";
        microphone: "Microphone", "마이크";
        turn_on_camera: "Turn on camera", "카메라 켜기";
        turn_off_camera: "Turn off camera", "카메라 끄기";
        turn_on_microphone: "Turn on microphone", "마이크 켜기";
        turn_off_microphone: "Turn off microphone", "마이크 끄기";
        mute_microphone: "Mute microphone", "마이크 음소거";
        unmute_microphone: "Unmute microphone", "마이크 음소거 해제";
        muted_notice: "Your microphone is muted.", "마이크가 음소거되어 있어요.";
        share_screen: "Share screen", "화면 공유";
        stop_sharing: "Stop sharing", "화면 공유 중지";
        unnamed_device: "Unnamed device", "이름 없는 장치";
        level: "Sound level", "소리 크기";
        screen_sound: "With the screen's sound", "화면 소리도 함께 보내요";

        // The studio: name and go.
        about_stream: "About the stream", "방송 정보";
        channel: "Channel", "채널";
        channel_hint: "Viewers find you under this name.", "시청자가 이 이름으로 찾아와요.";
        title: "Title", "제목";
        title_hint: "What it is about. May stay empty.", "어떤 방송인지 적어 주세요. 비워도 돼요.";
        ready: "You are not live yet.", "아직 방송 전이에요.";
        going_live: "Starting the stream…", "방송을 시작하는 중이에요…";
        no_source: "Choose a camera, a microphone or a screen first.", "카메라, 마이크, 화면 중 하나를 먼저 골라 주세요.";
        source_starting: "Getting your devices ready…", "장치를 준비하는 중이에요…";
        no_name: "Give the channel a name first.", "채널 이름을 먼저 적어 주세요.";
        name_only_dots: "A channel name needs more than dots.", "점만으로는 채널 이름을 만들 수 없어요.";
        offline: "Waiting for the server…", "서버를 기다리는 중이에요…";
        end_stream: "End stream", "방송 끝내기";
        end_question: "End the stream?", "방송을 끝낼까요?";
        end_detail: "Everyone who is watching is told that it has ended.", "보고 있는 모두에게 방송이 끝났다고 알려요.";
        keep_streaming: "Keep streaming", "계속 방송하기";

        // The studio: who watches.
        viewers: "Viewers", "시청자";
        no_viewers: "Nobody is watching yet.", "아직 보는 사람이 없어요.";
        invite: "Share the link to invite people.", "링크를 공유해서 초대해 보세요.";
        viewer_link: "Viewer link", "시청 링크";
        link_needs_name: "The link appears when the channel has a name.", "채널 이름을 정하면 링크가 나타나요.";
        copy_link: "Copy link", "링크 복사";
        copied: "Link copied", "링크를 복사했어요";
        health: "Right now", "지금 상태";
        on_air: "On air", "방송 시간";
        sending: "Sending", "보내는 양";
        reaching: "Reaching", "전달";

        // What went wrong with a source.
        camera_denied: "Your browser blocks the camera. Allow it in the address bar, then try again.", "브라우저가 카메라를 막고 있어요. 주소창에서 허용한 뒤 다시 시도해 주세요.";
        microphone_denied: "Your browser blocks the microphone. Allow it in the address bar, then try again.", "브라우저가 마이크를 막고 있어요. 주소창에서 허용한 뒤 다시 시도해 주세요.";
        both_denied: "Your browser blocks the camera and the microphone. Allow them in the address bar, then try again.", "브라우저가 카메라와 마이크를 막고 있어요. 주소창에서 허용한 뒤 다시 시도해 주세요.";
        screen_denied: "Screen sharing is blocked. Allow it in the browser or the system settings, then share again.", "화면 공유가 막혀 있어요. 브라우저나 시스템 설정에서 허용한 뒤 다시 공유해 주세요.";
        device_dismissed: "The question was closed. Try again and choose “Allow”.", "질문이 닫혔어요. 다시 시도하고 ‘허용’을 눌러 주세요.";
        screen_dismissed: "No screen was chosen. Share again when you are ready.", "화면을 고르지 않았어요. 준비되면 다시 공유해 주세요.";
        no_camera: "No camera was found. Plug one in, then try again.", "카메라를 찾지 못했어요. 연결한 뒤 다시 시도해 주세요.";
        no_microphone: "No microphone was found. Plug one in, then try again.", "마이크를 찾지 못했어요. 연결한 뒤 다시 시도해 주세요.";
        no_devices: "No camera and no microphone were found. Plug one in, then try again.", "카메라와 마이크를 찾지 못했어요. 연결한 뒤 다시 시도해 주세요.";
        no_screen: "There is no screen or window to share. Open one, then share again.", "공유할 화면이나 창이 없어요. 창을 연 뒤 다시 공유해 주세요.";
        camera_in_use: "Another program is using the camera. Close it, then try again.", "다른 프로그램이 카메라를 쓰고 있어요. 닫은 뒤 다시 시도해 주세요.";
        microphone_in_use: "Another program is using the microphone. Close it, then try again.", "다른 프로그램이 마이크를 쓰고 있어요. 닫은 뒤 다시 시도해 주세요.";
        devices_in_use: "Another program is using the camera or the microphone. Close it, then try again.", "다른 프로그램이 카메라나 마이크를 쓰고 있어요. 닫은 뒤 다시 시도해 주세요.";
        screen_in_use: "The system did not give the screen. Close other programs that share it, then share again.", "시스템에서 화면을 받지 못했어요. 화면을 쓰는 다른 프로그램을 닫고 다시 공유해 주세요.";
        insecure: "Browsers give camera, microphone and screen only to secure pages. Open this page with https.", "브라우저는 보안 연결에서만 카메라, 마이크, 화면을 허용해요. https 주소로 열어 주세요.";
        device_unsupported: "This browser cannot use a camera or a microphone. Open this page in another browser.", "이 브라우저는 카메라와 마이크를 쓸 수 없어요. 다른 브라우저에서 열어 주세요.";
        screen_unsupported: "This browser cannot share a screen. Use the camera, or open this page on a computer.", "이 브라우저는 화면을 공유할 수 없어요. 카메라를 쓰거나 컴퓨터에서 열어 주세요.";
        camera_failed: "The camera did not start. Plug it in again, then try again.", "카메라가 켜지지 않았어요. 다시 연결한 뒤 시도해 주세요.";
        microphone_failed: "The microphone did not start. Plug it in again, then try again.", "마이크가 켜지지 않았어요. 다시 연결한 뒤 시도해 주세요.";
        devices_failed: "Camera and microphone did not start. Plug them in again, then try again.", "카메라와 마이크가 켜지지 않았어요. 다시 연결한 뒤 시도해 주세요.";
        screen_failed: "The screen could not be shared. Share again and choose another window.", "화면을 공유하지 못했어요. 다른 창을 골라 다시 공유해 주세요.";
        camera_lost: "The camera was disconnected. Viewers see no picture from it.", "카메라 연결이 끊겼어요. 시청자에게 카메라 화면이 보이지 않아요.";
        microphone_lost: "The microphone was disconnected. Viewers do not hear you.", "마이크 연결이 끊겼어요. 시청자에게 목소리가 들리지 않아요.";
        screen_stopped: "Screen sharing was stopped. Viewers do not see the screen any more.", "화면 공유가 중지됐어요. 시청자에게 화면이 보이지 않아요.";
        use_another_camera: "Use another camera", "다른 카메라 쓰기";
        use_another_microphone: "Use another microphone", "다른 마이크 쓰기";
        share_again: "Share again", "다시 공유하기";

        // What went wrong with going live.
        channel_busy: "Somebody else is live on this channel. Choose another name.", "이 채널에서 다른 사람이 방송하고 있어요. 다른 이름을 골라 주세요.";
        choose_name: "Choose another name", "다른 이름 고르기";
        taken_over: "The stream goes on elsewhere. Nobody sees what is shown here.", "다른 곳에서 방송을 이어 가고 있어요. 이 화면은 아무에게도 보이지 않아요.";
        take_back: "Stream from here", "여기서 방송하기";
        ended_meanwhile: "Your stream has ended meanwhile. Nobody sees what is shown here.", "그사이 방송이 끝났어요. 이 화면은 아무에게도 보이지 않아요.";
        no_connections: "Your browser cannot open more connections. Reload this page to go on.", "브라우저가 더는 연결을 열 수 없어요. 새로고침해 주세요.";
        refused: "The server did not start the stream. Wait a moment, then try again.", "서버가 방송을 시작하지 못했어요. 잠시 뒤 다시 시도해 주세요.";

        // A page that does not exist.
        not_found: "There is nothing here.", "여기에는 아무것도 없어요.";
        not_found_detail: "The address may be mistyped, or the page has moved.", "주소가 잘못됐거나 페이지가 옮겨졌을 수 있어요.";
    }
    inserts {
        watch_description: "Watch {} live on Heliograph.", "Heliograph에서 {} 방송을 보세요.";
        names_channel: "{} on Heliograph", "{} 채널 · Heliograph";
        appear_as: "You appear as {}", "{} 이름으로 보여요";
        hosted_by: "with {}", "진행 {}";
        camera_off: "Camera is off. You still hear {}.", "카메라가 꺼져 있어요. {} 채널의 소리는 계속 들려요.";
        name_too_long: "A channel name has at most {} characters.", "채널 이름은 {}자까지 쓸 수 있어요.";
        name_forbidden: "A channel name cannot contain {}.", "채널 이름에는 {} 문자를 쓸 수 없어요.";
        title_too_long: "A title has at most {} characters.", "제목은 {}자까지 쓸 수 있어요.";
        title_forbidden: "A title cannot contain {}.", "제목에는 {} 문자를 쓸 수 없어요.";
        reached: "{} of {} viewers", "시청자 {}명 / {}명";
        bit_rate: "{} Mb/s", "초당 {} 메가비트";
    }
    counts {
        watching: "{} watching" | "{} watching", "{}명 시청 중";
        waiting_count: "{} waiting" | "{} waiting", "{}명 대기 중";
        server_away_seen: "The server is away. Your {} viewer still sees you; new ones have to wait." | "The server is away. Your {} viewers still see you; new ones have to wait.", "서버와 연결이 끊겼어요. 지금 시청자 {}명은 계속 보고 있어요.";
        more_viewers: "and {} more viewer" | "and {} more viewers", "그리고 {}명 더 있어요";
    }
}
