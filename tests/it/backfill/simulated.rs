//! Every path that can be filled, against the simulator: what happened and was told to nobody.

use super::run::{Filled, fill};
use super::world::{TENANT, gap};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use teamwire_graph::pages::{ListPace, PageLink, PageRequest, PageShape};
use teamwire_graph::{AccessTokens, AppCredentials, PageReader, ServiceEndpoints};
use teamwire_graph::{endpoints, http, resource_reader::READ_TIMEOUT};
use teamwire_payload::subscribable::{GapRecovery, ROWS};
use teamwire_payload::{ResourceRef, cloud::MicrosoftCloud};
use teamwire_simulator::{Running, Simulator, SimulatorConfig};

const APP: &str = "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0";

struct Site {
    running: Running,
    http: reqwest::Client,
}

impl Site {
    async fn start(throttle: bool) -> Self {
        let mut config = SimulatorConfig::new(vec![TENANT.to_owned()], APP, "secret");
        config.throttle = throttle;
        Self {
            running: Simulator::start(config).await.unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    fn reader(&self) -> PageReader<AccessTokens> {
        let root = Some(endpoints::root(&self.running.url).unwrap());
        let endpoints = ServiceEndpoints::new(MicrosoftCloud::Global, root.clone(), root);
        let document = json!({ "*": { "clientId": APP, "clientSecret": "secret" } }).to_string();
        let credentials = AppCredentials::parse(&document).unwrap();
        let http = http::client(READ_TIMEOUT).unwrap();
        let tokens = AccessTokens::new(http.clone(), &endpoints, credentials);
        PageReader::new(http, &endpoints, tokens)
    }

    async fn user(&self) -> String {
        let request = PageRequest {
            link: PageLink::to(&["users"], &[]).unwrap(),
            pace: ListPace::Others,
            whose: "users".to_owned(),
            shape: PageShape::List,
        };
        let page = self
            .reader()
            .page(&TENANT.parse().unwrap(), &request)
            .await
            .unwrap();
        let user: Value = serde_json::from_str(page.items[0].get()).unwrap();
        user["id"].as_str().unwrap().to_owned()
    }

    /// The present time, once everything that happened before is a second ago: changes that happen
    /// at once have dates a little ahead.
    async fn now(&self) -> String {
        let url = format!("{}/simulator/clock", self.running.url);
        let jump = json!({ "advanceSeconds": 1 });
        let answer = self.http.post(url).json(&jump).send().await.unwrap();
        let clock: Value = answer.json().await.unwrap();
        clock["now"].as_str().unwrap().to_owned()
    }

    /// Lets changes happen at `resource`, unheard; subject and change of each.
    async fn happen(&self, resource: &str, count: usize) -> BTreeSet<(String, String)> {
        let order = json!({
            "tenant": TENANT, "count": count, "seed": 7, "resources": [resource],
        });
        let there = json!({ "tenant": TENANT, "resources": [resource] });
        let url = format!("{}/simulator/world", self.running.url);
        let brought = self.http.post(url).json(&there).send().await.unwrap();
        assert!(brought.status().is_success(), "{resource}");
        let url = format!("{}/simulator/happen", self.running.url);
        let answer = self.http.post(url).json(&order).send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "{resource}: {:?}",
            answer.text().await
        );
        let answer: Value = answer.json().await.unwrap();
        let changes = answer["changes"].as_array().unwrap();
        assert_eq!(changes.len(), count, "{resource}");
        let named = changes.iter().map(|change| {
            let path = change["resource"].as_str().unwrap();
            let change = change["changeType"].as_str().unwrap().to_ascii_lowercase();
            (ResourceRef::parse(path).unwrap().canonical(), change)
        });
        named.collect()
    }

    /// The changes at `resource` while nobody listened, and those that filling the gap brings.
    async fn filled(&self, resource: &str, count: usize) -> (BTreeSet<(String, String)>, Filled) {
        let since = self.now().await;
        let happened = self.happen(resource, count).await;
        let mut gap = gap(resource);
        (gap.since, gap.until) = (since, "2100-01-01T00:00:00Z".to_owned());
        (happened, fill(self.reader(), gap).await)
    }
}

fn found(filled: &Filled) -> BTreeSet<(String, String)> {
    let changes = filled.changes().into_iter();
    changes
        .map(|(subject, _, change)| (subject, change.to_owned()))
        .collect()
}

#[tokio::test]
async fn every_row_of_the_table_is_filled_with_what_happened() {
    let site = Site::start(false).await;
    let user = site.user().await;
    let meeting = STANDARD.encode(format!("1*{user}*0**19:meeting_a@thread.v2"));
    let mut filled_rows = 0;
    for row in ROWS {
        let resource = row
            .path
            .replace("{user-id}", &user)
            .replace("{chat-id}", "19:backfilled@thread.v2")
            .replace("{team-id}", "fbe2bf47-16c8-47cf-b4a5-4b9b187c508b")
            .replace("{channel-id}", "19:backfilled@thread.tacv2")
            .replace("{meeting-id}", &meeting)
            .replace("{webinar-id}", WEBINAR);
        let resource = with_any_id(&resource);
        let (happened, filled) = match row.recovery {
            GapRecovery::Nothing => continue,
            GapRecovery::Changes(_) | GapRecovery::Snapshot(_) => site.filled(&resource, 8).await,
        };
        filled_rows += 1;
        assert_eq!(filled.dead, Vec::<String>::new(), "{resource}");
        let found = found(&filled);
        if matches!(row.recovery, GapRecovery::Changes(_)) {
            if row.path.contains("onlineMeetings") {
                // Those of earlier meetings may have been announced as late.
                assert!(found.is_superset(&happened), "{resource}");
            } else if ["callRecords", "interactionHistory"]
                .iter()
                .any(|it| row.path.contains(it))
            {
                // They are found by when they began.
                assert!(found.is_subset(&happened), "{resource}");
                let is_new = |(_, change): &&(String, String)| change == "created";
                assert!(happened.iter().filter(is_new).all(|it| found.contains(it)));
            } else {
                assert_eq!(found, happened, "{resource}");
            }
            assert_eq!(filled.gaps(), BTreeSet::new(), "{resource}");
        } else {
            let subjects = filled.subjects();
            let deleted: BTreeSet<_> = happened
                .iter()
                .filter(|(_, change)| change == "deleted")
                .map(|(subject, _)| subject)
                .collect();
            for (subject, change) in &happened {
                let is_there = change != "deleted" && !deleted.contains(subject);
                assert!(
                    !is_there || subjects.contains(subject),
                    "{resource}: {subject}"
                );
            }
            let only = (resource.clone(), "snapshot-only".to_owned());
            assert!(filled.gaps().contains(&only), "{resource}");
        }
    }
    assert!(filled_rows > 20, "{filled_rows}");
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_made_up_over_many_pages() {
    let site = Site::start(false).await;
    for resource in ["chats/getAllMessages", "teams/getAllMessages"] {
        let (happened, filled) = site.filled(resource, 400).await;
        assert_eq!(found(&filled), happened, "{resource}");
        assert_eq!(filled.dead, Vec::<String>::new());
    }
}

#[tokio::test]
async fn the_documented_rates_are_kept() {
    let site = Site::start(true).await;
    let (happened, filled) = site.filled("teams/getAllMessages", 200).await;
    assert_eq!(found(&filled), happened);
    let url = format!("{}/simulator/stats", site.running.url);
    let stats: Value = site
        .http
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(stats["throttled"], 0);
}

const WEBINAR: &str = "88b245ac-b0b2-f1aa-e34a-c81c27abdac2@fbe2bf47-16c8-47cf-b4a5-4b9b187c508b";

/// `path` with an id in the place of each name that is still in braces.
fn with_any_id(path: &str) -> String {
    let parts = path.split('{').map(|part| match part.split_once('}') {
        Some((_, rest)) => format!("fbe2bf47-16c8-47cf-b4a5-4b9b187c508b{rest}"),
        None => part.to_owned(),
    });
    parts.collect()
}
