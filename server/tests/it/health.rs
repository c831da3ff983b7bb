//! What those who run the place ask.

use reqwest::Response;

use crate::{app::TestApp, person::client};

async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = client().get(format!("{}{path}", app.url));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn a_running_server_is_alive_and_ready() {
    let app = TestApp::start().await;
    assert_eq!(get(&app, "/healthz", &[]).await.status(), 200);
    assert_eq!(get(&app, "/readyz", &[]).await.status(), 200);
}

#[tokio::test]
async fn metrics_count_by_route_and_name_no_one() {
    let app = TestApp::start().await;
    let mut socket = app.user("adalovelace").await.listen().await;
    let public = socket.public();
    socket.post(public, "m1", "count me").await;
    socket.accepted("m1").await;

    let text = get(&app, "/metrics", &[]).await.text().await.expect("metrics");
    for line in [
        r#"confab_http_requests_total{method="POST",route="/sign-up",status="303"}"#,
        r#"confab_http_request_seconds_bucket{route="/sign-up",le="5"}"#,
        "confab_sockets 1",
        "\nconfab_tasks ",
        "confab_socket_frames_total",
        "confab_messages_accepted_total",
        "confab_writer_batch_size_bucket",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("adalovelace") && !text.contains("count me"));
}

#[tokio::test]
async fn metrics_are_for_this_machine_or_for_who_has_the_token() {
    let open = TestApp::start().await;
    assert_eq!(get(&open, "/metrics", &[("x-forwarded-for", "1.1.1.1")]).await.status(), 403, "came through a proxy");

    let app = TestApp::with(&["--metrics-token", "watchword"]).await;
    for (authorization, status) in
        [("Bearer watchword", 200), ("Bearer wrong", 403), ("Bearer ", 403), ("watchword", 403)]
    {
        let response = get(&app, "/metrics", &[("authorization", authorization)]).await;
        assert_eq!(response.status(), status, "{authorization}");
    }
    assert_eq!(get(&app, "/metrics", &[]).await.status(), 403);
}
