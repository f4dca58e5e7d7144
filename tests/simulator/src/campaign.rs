//! Carries out a plan: makes the changes happen, tells them, reports how it went.

use crate::change::Change;
use crate::deliver::{self, Delivered, Patience};
use crate::item::Item;
use crate::ledger::Entry;
use crate::plan::{Plan, PlannedChange, PlannedPost};
use crate::sender::Sender;
use crate::target::Target;
use crate::world::World;
use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

/// POSTs whose answers are awaited at once.
pub const SLOTS: usize = 16;

/// POSTs that are under way, the ones between two attempts included; what bounds the memory.
const UNDER_WAY: usize = 1_024;

/// A plan and everyone in it.
#[derive(Debug)]
pub struct Campaign {
    /// What to do.
    pub plan: Plan,
    /// The subscriptions, by the indexes of the plan.
    pub targets: Vec<Target>,
    /// Changes a second.
    pub rate: Option<f64>,
    /// Where the contents come from.
    pub seed: u64,
    /// How long endpoints are tried.
    pub patience: Patience,
}

/// What happened meanwhile.
#[derive(Debug)]
pub enum Progress {
    /// Changes that are told for the first time from now on.
    Announced(Vec<Entry>),
    /// A POST has ended.
    Posted(Delivered),
}

/// Why a campaign was broken off.
#[derive(Debug, thiserror::Error)]
pub enum CampaignFault {
    /// Nothing could be sealed.
    #[error(transparent)]
    Seal(#[from] teamwire_envelope::seal::SealFault),
    /// Nothing could be signed.
    #[error(transparent)]
    Key(#[from] crate::entra::keys::KeyFault),
    /// A subscription that nothing can be announced to.
    #[error("nothing happens to what the subscription is about")]
    Nothing,
}

impl Campaign {
    /// Makes every POST of the plan and waits for the last to end. `current` gives the newest
    /// state of a subscription.
    ///
    /// # Errors
    /// [`CampaignFault`]; POSTs that are under way end all the same.
    pub async fn run(
        self,
        sender: Arc<Sender>,
        world: Arc<Mutex<World>>,
        slots: Arc<Semaphore>,
        current: impl Fn(&Target) -> Target,
        progress: mpsc::Sender<Progress>,
    ) -> Result<(), CampaignFault> {
        let composer = Composer {
            rng: StdRng::seed_from_u64(self.seed),
            sender: &sender,
            world: &world,
            planned: &self.plan.changes,
            targets: &self.targets,
            happened: 0,
            untold: HashMap::new(),
        };
        let mut under_way = JoinSet::new();
        let deliver = |composed: Composed| {
            let (sender, slots) = (Arc::clone(&sender), Arc::clone(&slots));
            composed.deliver(sender, slots, self.patience, progress.clone())
        };
        let made = self
            .make_posts(composer, &current, deliver, &mut under_way)
            .await;
        while under_way.join_next().await.is_some() {}
        made
    }

    async fn make_posts<Delivery>(
        &self,
        mut composer: Composer<'_>,
        current: &impl Fn(&Target) -> Target,
        deliver: impl Fn(Composed) -> Delivery,
        under_way: &mut JoinSet<()>,
    ) -> Result<(), CampaignFault>
    where
        Delivery: Future<Output = ()> + Send + 'static,
    {
        let (began, mut told) = (Instant::now(), 0_usize);
        for post in &self.plan.posts {
            if let Some(rate) = self.rate {
                let due = began + Duration::from_secs_f64(told as f64 / rate);
                tokio::time::sleep_until(due.into()).await;
            }
            told += post.changes.len();
            while under_way.len() >= UNDER_WAY {
                under_way.join_next().await;
            }
            while under_way.try_join_next().is_some() {}
            under_way.spawn(deliver(composer.compose(post, current)?));
        }
        Ok(())
    }
}

/// Makes bodies. Changes happen in the order of the plan, however they are told.
struct Composer<'a> {
    rng: StdRng,
    sender: &'a Sender,
    world: &'a Mutex<World>,
    planned: &'a [PlannedChange],
    targets: &'a [Target],
    /// Changes that have happened.
    happened: usize,
    /// What has happened and is yet to be told, once or twice.
    untold: HashMap<usize, Untold>,
}

struct Untold {
    item: Item,
    entry: Option<Entry>,
    times: usize,
}

struct Composed {
    url: String,
    body: Vec<u8>,
    items: usize,
    held: Duration,
    entries: Vec<Entry>,
}

impl Composer<'_> {
    fn compose(
        &mut self,
        post: &PlannedPost,
        current: &impl Fn(&Target) -> Target,
    ) -> Result<Composed, CampaignFault> {
        let newest = post.changes.iter().max().map_or(0, |newest| newest + 1);
        while self.happened < newest {
            self.happen(self.happened, current)?;
            self.happened += 1;
        }
        let (mut items, mut entries) = (Vec::new(), Vec::new());
        for index in &post.changes {
            if let Some(untold) = self.untold.get_mut(index) {
                items.push(untold.item.clone());
                entries.extend(untold.entry.take());
                untold.times -= 1;
                if untold.times == 0 {
                    self.untold.remove(index);
                }
            }
        }
        let first = post
            .changes
            .first()
            .and_then(|index| self.planned.get(*index));
        let target = first
            .and_then(|change| self.targets.get(change.target))
            .ok_or(CampaignFault::Nothing)?;
        let now = Timestamp::now().as_second();
        Ok(Composed {
            url: current(target).url,
            body: self.sender.body(&items, now, &mut self.rng)?,
            items: items.len(),
            held: post.held,
            entries,
        })
    }

    fn happen(
        &mut self,
        index: usize,
        current: &impl Fn(&Target) -> Target,
    ) -> Result<(), CampaignFault> {
        let planned = self.planned.get(index).ok_or(CampaignFault::Nothing)?;
        let target = current(
            self.targets
                .get(planned.target)
                .ok_or(CampaignFault::Nothing)?,
        );
        let change = self
            .change(planned, &target)
            .ok_or(CampaignFault::Nothing)?;
        let item = Item::of(&target, &change, planned.fault, &mut self.rng)?;
        let untold = Untold {
            item,
            entry: Some(Entry::of(&target, &change, planned)),
            times: if planned.duplicated { 2 } else { 1 },
        };
        self.untold.insert(index, untold);
        Ok(())
    }

    fn change(&mut self, planned: &PlannedChange, target: &Target) -> Option<Change> {
        let emission = target.row.emits.as_ref()?;
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        (emission.change)(
            world.tenant(&target.tenant_id),
            &target.scope,
            planned.change_type,
            Timestamp::now(),
            &mut self.rng,
        )
    }
}

impl Composed {
    async fn deliver(
        mut self,
        sender: Arc<Sender>,
        slots: Arc<Semaphore>,
        patience: Patience,
        progress: mpsc::Sender<Progress>,
    ) {
        tokio::time::sleep(self.held).await;
        let now = Timestamp::now();
        for entry in &mut self.entries {
            entry.announce(now);
        }
        // Who asked may have stopped listening; the POSTs are made all the same.
        let _ = progress.send(Progress::Announced(self.entries)).await;
        let delivered =
            deliver::deliver(&sender, &slots, patience, &self.url, self.items, self.body).await;
        let _ = progress.send(Progress::Posted(delivered)).await;
    }
}
