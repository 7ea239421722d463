//! Every toxic ends in a named outcome, in time.

use std::time::{Duration, Instant};

use rolegraph::net::{Failure, Limits};
use tokio::{io::AsyncWriteExt, time::sleep};

use super::{
    SCALE, ask,
    fake::{Fake, answer, gzip, json, say},
    scaled, upstream,
};

/// What may be added to the deadline by a busy machine.
const SLACK: Duration = Duration::from_millis(500);

/// Asks once, and tells how it ended; it must be in time.
async fn outcome(base: &str) -> Result<serde_json::Value, Failure> {
    let limits = scaled(&Limits::default());
    let (upstream, start) = (upstream(base, limits.clone()), Instant::now());
    let outcome = ask(&upstream, "1").await;
    assert!(start.elapsed() < limits.total + SLACK, "{outcome:?} after {:?}", start.elapsed());
    outcome
}

fn unavailable(outcome: &Result<serde_json::Value, Failure>, containing: &str) -> bool {
    matches!(outcome, Err(Failure::Unavailable { reason }) if reason.contains(containing))
}

fn malformed(outcome: &Result<serde_json::Value, Failure>, containing: &str) -> bool {
    matches!(outcome, Err(Failure::Malformed { reason }) if reason.contains(containing))
}

#[test]
fn a_call_has_30_seconds() {
    assert_eq!(Limits::default().total, Duration::from_secs(30));
    assert_eq!(scaled(&Limits::default()).total * SCALE, Duration::from_secs(30));
}

#[tokio::test]
async fn a_refused_connection_is_unavailable() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let outcome = outcome(&format!("http://{closed}")).await;
    assert!(unavailable(&outcome, "no connection"), "{outcome:?}");
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let fake = Fake::start(|_, stream| async move {
        sleep(Duration::from_mins(1)).await;
        drop(stream);
        Ok(())
    })
    .await;
    assert_eq!(outcome(&fake.base).await, Err(Failure::TimedOut));
    assert!(fake.requests() >= 2, "it is tried again as long as there is time");
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_unavailable() {
    let fake = Fake::saying([]).await;
    let outcome = outcome(&fake.base).await;
    assert!(unavailable(&outcome, "the connection broke"), "{outcome:?}");
    assert_eq!(fake.requests(), 3);
}

#[tokio::test]
async fn a_burst_of_5xx_is_survived_and_each_try_is_timed() {
    rolegraph::metrics::start();
    let fake = Fake::start(|number, stream| {
        let answer = if number < 2 { json("503 Service Unavailable", "{}") } else { json("200 OK", "[7]") };
        say(stream, answer.into())
    })
    .await;
    assert_eq!(outcome(&fake.base).await, Ok(serde_json::json!([7])));
    assert_eq!(fake.requests(), 3);
    let figures = rolegraph::metrics::text();
    for (name, tries) in [("UNAVAILABLE", 2), ("ok", 1)] {
        let line = format!("rolegraph_provider_call_seconds_count{{provider=\"stub\",outcome=\"{name}\"}} {tries}");
        assert!(figures.contains(&line), "{line} is not in\n{figures}");
    }
}

#[tokio::test]
async fn lasting_5xx_is_unavailable_after_three_tries() {
    let fake = Fake::saying(json("500 Internal Server Error", "{}")).await;
    let outcome = outcome(&fake.base).await;
    assert!(unavailable(&outcome, "status 500"), "{outcome:?}");
    assert_eq!(fake.requests(), 3);
}

#[tokio::test]
async fn a_408_is_tried_again() {
    let fake = Fake::saying(json("408 Request Timeout", "{}")).await;
    let outcome = outcome(&fake.base).await;
    assert!(unavailable(&outcome, "status 408"), "{outcome:?}");
    assert_eq!(fake.requests(), 3);
}

#[tokio::test]
async fn too_many_calls_without_retry_after_are_tried_again_and_then_told() {
    let fake = Fake::saying(json("429 Too Many Requests", "{}")).await;
    assert_eq!(outcome(&fake.base).await, Err(Failure::RateLimited { retry_after: None }));
    assert_eq!(fake.requests(), 3);
}

#[tokio::test]
async fn retry_after_is_the_least_wait() {
    let fake = Fake::start(|number, stream| {
        let busy = answer("429 Too Many Requests", "retry-after-ms: 400\r\n", b"");
        say(stream, if number == 0 { busy } else { json("200 OK", "{}") }.into())
    })
    .await;
    let start = Instant::now();
    assert_eq!(outcome(&fake.base).await, Ok(serde_json::json!({})));
    assert!(start.elapsed() >= Duration::from_millis(400), "{:?}", start.elapsed());
    assert_eq!(fake.requests(), 2);
}

#[tokio::test]
async fn a_retry_after_that_is_too_long_is_not_waited_for() {
    let fake = Fake::saying(answer("429 Too Many Requests", "retry-after: 3600\r\n", b"")).await;
    let start = Instant::now();
    let outcome = outcome(&fake.base).await;
    let Err(Failure::RateLimited { retry_after: Some(wait) }) = outcome else { panic!("{outcome:?}") };
    assert!(start.elapsed() < SLACK && fake.requests() == 1, "{:?}", start.elapsed());
    assert!(wait > Duration::from_secs(2), "{wait:?}");
}

#[tokio::test]
async fn a_refusal_is_told_at_once() {
    for (status, failure) in [
        ("400 Bad Request", Failure::Refused { status: 400 }),
        ("401 Unauthorized", Failure::Unauthorized),
        ("403 Forbidden", Failure::Unauthorized),
        ("404 Not Found", Failure::NotFound),
        ("413 Content Too Large", Failure::Refused { status: 413 }),
        ("422 Unprocessable Content", Failure::Refused { status: 422 }),
    ] {
        let fake = Fake::saying(json(status, "{}")).await;
        assert_eq!((outcome(&fake.base).await, fake.requests()), (Err(failure), 1), "{status}");
    }
}

#[tokio::test]
async fn garbage_in_place_of_http_is_unavailable() {
    let fake = Fake::saying([0x16, 0x03, 0x01, 0x00, 0xff, 0x0d, 0x0a, 0x0d, 0x0a]).await;
    let outcome = outcome(&fake.base).await;
    assert!(unavailable(&outcome, "the connection broke"), "{outcome:?}");
}

#[tokio::test]
async fn garbage_in_place_of_json_is_malformed() {
    for body in ["garbage", "", "{\"a\": 1", "\u{0}", "{} {}"] {
        let fake = Fake::saying(json("200 OK", body)).await;
        let outcome = outcome(&fake.base).await;
        assert!(malformed(&outcome, "JSON"), "{body}: {outcome:?}");
        assert_eq!(fake.requests(), 1, "it is not tried again");
    }
}

#[tokio::test]
async fn html_with_status_200_is_malformed() {
    let fake = Fake::saying(answer("200 OK", "content-type: text/html; charset=utf-8\r\n", b"<p>Maintenance</p>")).await;
    let outcome = outcome(&fake.base).await;
    assert!(malformed(&outcome, "it is text/html, not JSON"), "{outcome:?}");
}

#[tokio::test]
async fn packed_answers_are_unpacked_and_truncated_ones_malformed() {
    let packed = gzip(format!("[{}0]", "1,".repeat(10_000)).as_bytes());
    let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    let whole = Fake::saying(answer("200 OK", headers, &packed)).await;
    assert_eq!(outcome(&whole.base).await.map(|list| list.as_array().map(Vec::len)), Ok(Some(10_001)));
    let truncated = Fake::saying(answer("200 OK", headers, &packed[..packed.len() / 2])).await;
    let outcome = outcome(&truncated.base).await;
    assert!(malformed(&outcome, ""), "{outcome:?}");
}

#[tokio::test]
async fn an_endless_body_is_too_large() {
    let fake = Fake::start(|_, mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[").await?;
        let chunk = b"1,".repeat(32 * 1024);
        loop {
            stream.write_all(&chunk).await?;
        }
    })
    .await;
    assert_eq!(outcome(&fake.base).await, Err(Failure::TooLarge { most: 5 << 20 }));
    assert_eq!(fake.requests(), 1);
}

#[tokio::test]
async fn a_body_announced_as_too_large_is_not_read() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 104857600\r\n\r\n[";
    let fake = Fake::start(move |_, mut stream| async move {
        stream.write_all(head).await?;
        sleep(Duration::from_mins(1)).await;
        Ok(())
    })
    .await;
    assert_eq!(outcome(&fake.base).await, Err(Failure::TooLarge { most: 5 << 20 }));
}

#[tokio::test]
async fn a_gzip_bomb_is_too_large() {
    let bomb = gzip(&vec![b' '; 64 << 20]);
    assert!(bomb.len() < 128 * 1024, "{} bytes", bomb.len());
    let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    let fake = Fake::saying(answer("200 OK", headers, &bomb)).await;
    assert_eq!(outcome(&fake.base).await, Err(Failure::TooLarge { most: 5 << 20 }));
}

#[tokio::test]
async fn a_byte_a_second_is_a_timeout() {
    let fake = Fake::start(|_, mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n").await?;
        loop {
            stream.write_all(b"[").await?;
            sleep(Duration::from_secs(1) / SCALE).await;
        }
    })
    .await;
    assert_eq!(outcome(&fake.base).await, Err(Failure::TimedOut));
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let inside = Fake::saying(json("200 OK", "{}")).await;
    for target in [inside.base.as_str(), "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "file:///etc/passwd"] {
        let fake = Fake::saying(answer("302 Found", &format!("location: {target}\r\n"), b"")).await;
        assert_eq!(outcome(&fake.base).await, Err(Failure::Redirected { status: 302 }), "{target}");
    }
    assert_eq!(inside.requests(), 0);
}

#[tokio::test]
async fn what_one_call_suffers_does_not_keep_another_upstream_from_answering() {
    let silent = Fake::start(|_, stream| async move {
        sleep(Duration::from_mins(1)).await;
        drop(stream);
        Ok(())
    })
    .await;
    let well = Fake::saying(json("200 OK", "{}")).await;
    let answered = async {
        let start = Instant::now();
        outcome(&well.base).await.map(|_| start.elapsed())
    };
    let (silent, answered) = tokio::join!(outcome(&silent.base), answered);
    assert_eq!(silent, Err(Failure::TimedOut));
    assert!(answered.is_ok_and(|took| took < SLACK));
}

#[tokio::test]
async fn a_server_without_tls_is_unavailable_over_https() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(say(stream, b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice().into()));
        }
    });
    let outcome = outcome(&format!("https://{address}")).await;
    assert!(unavailable(&outcome, "no connection"), "{outcome:?}");
    server.abort();
}
