
use super::site::{Site, chats, within};
use serde_json::json;
#[tokio::test]
async fn measure_many() {
    let site = Site::start().await;
    let n: usize = std::env::var("MANY").map_or(600, |n| n.parse().unwrap());
    let wanted = chats(n);
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    site.want(&wanted).await;
    let start = std::time::Instant::now();
    let report = site.keeper().order(json!({"action":"reconcile"}), within(300)).await;
    println!("created {} in {:?} faults {}", report["tenants"][0]["live"], start.elapsed(), report["faults"]);
    let stats = site.stats().await;
    println!("{}", stats["calls"][0]["operations"]);
    site.pass(40).await;
    let start = std::time::Instant::now();
    let report = site.keeper().order(json!({"action":"reconcile"}), within(300)).await;
    println!("renewed {} in {:?} faults {}", report["tenants"][0]["live"], start.elapsed(), report["faults"]);
    println!("{}", site.stats().await["calls"][0]["operations"]);
}
