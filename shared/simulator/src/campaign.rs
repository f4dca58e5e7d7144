//! Carries out a plan: makes the changes happen, tells them, reports how it went.

use crate::change::Change;
use crate::clock::Clock;
use crate::deliver::{Delivered, DeliveryTimeouts};
use crate::graph::options::Selection;
use crate::ledger::Entry;
use crate::plan::{Plan, PlannedChange, PlannedPost};
use crate::sender::Sender;
use crate::target::Target;
use crate::telling::{self, Post, Telling};
use crate::world::World;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
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
    /// The plan.
    pub plan: Plan,
    /// The subscriptions, by the indexes of the plan.
    pub targets: Vec<Target>,
    /// Changes a second.
    pub rate: Option<f64>,
    /// The source of the contents.
    pub seed: u64,
    /// The time limits of deliveries.
    pub patience: DeliveryTimeouts,
    /// The share of messages that are edited before anyone can read them.
    pub edited_since: f64,
    /// The clock of the changes. Tokens follow the machine's clock.
    pub clock: Clock,
}

/// An event of a campaign.
#[derive(Debug)]
pub enum Progress {
    /// Changes that are told for the first time from now on.
    Announced(Vec<Entry>),
    /// A POST has ended.
    Posted(Delivered),
}

/// The reason why a campaign was broken off.
#[derive(Debug, thiserror::Error)]
pub enum CampaignFault {
    /// Nothing could be sealed.
    #[error(transparent)]
    Seal(#[from] teamwire_envelope::seal::SealFault),
    /// Nothing could be signed.
    #[error(transparent)]
    Key(#[from] crate::entra::keys::EntraKeyFault),
    /// A subscription that nothing can be announced to.
    #[error("nothing happens to what the subscription is about")]
    Nothing,
}

impl Campaign {
    /// Makes every POST of the plan and waits for the last to end. `recipients` says who hears
    /// of a change that was planned for a subscription, in their newest state.
    ///
    /// # Errors
    /// [`CampaignFault`]; POSTs that are under way end all the same.
    pub async fn run(
        self,
        sender: Arc<Sender>,
        world: Arc<Mutex<World>>,
        slots: Arc<Semaphore>,
        recipients: impl Fn(&Target, &Change) -> Vec<Target>,
        progress: mpsc::Sender<Progress>,
    ) -> Result<(), CampaignFault> {
        let composer = Composer {
            rng: StdRng::seed_from_u64(self.seed),
            edits: StdRng::seed_from_u64(self.seed.rotate_left(32)),
            edited_since: self.edited_since.clamp(0.0, 1.0),
            sender: &sender,
            clock: &self.clock,
            world: &world,
            planned: &self.plan.changes,
            targets: &self.targets,
            happened: 0,
            untold: HashMap::new(),
        };
        let mut under_way = JoinSet::new();
        let deliver = |post: Post| {
            let (sender, slots) = (Arc::clone(&sender), Arc::clone(&slots));
            post.deliver(
                sender,
                slots,
                self.patience,
                self.clock.clone(),
                progress.clone(),
            )
        };
        let made = self
            .make_posts(composer, &recipients, deliver, &mut under_way)
            .await;
        while under_way.join_next().await.is_some() {}
        made
    }

    async fn make_posts<Delivery>(
        &self,
        mut composer: Composer<'_>,
        recipients: &impl Fn(&Target, &Change) -> Vec<Target>,
        deliver: impl Fn(Post) -> Delivery,
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
            for told in composer.compose(post, recipients)? {
                under_way.spawn(deliver(told));
            }
        }
        Ok(())
    }
}

/// Makes bodies. Changes happen in the order of the plan, however they are told.
struct Composer<'a> {
    rng: StdRng,
    /// The choice of messages that are edited: by itself, so that the share changes nothing else.
    edits: StdRng,
    edited_since: f64,
    sender: &'a Sender,
    clock: &'a Clock,
    world: &'a Mutex<World>,
    planned: &'a [PlannedChange],
    targets: &'a [Target],
    /// Changes that have happened.
    happened: usize,
    /// Changes that are yet to be announced, once or twice.
    untold: HashMap<usize, Untold>,
}

struct Untold {
    tellings: Vec<Telling>,
    times: usize,
}

impl Composer<'_> {
    fn compose(
        &mut self,
        post: &PlannedPost,
        recipients: &impl Fn(&Target, &Change) -> Vec<Target>,
    ) -> Result<Vec<Post>, CampaignFault> {
        let newest = post.changes.iter().max().map_or(0, |newest| newest + 1);
        while self.happened < newest {
            self.happen(self.happened, recipients)?;
            self.happened += 1;
        }
        let mut tellings = Vec::new();
        for index in &post.changes {
            if let Some(untold) = self.untold.get_mut(index) {
                for telling in &mut untold.tellings {
                    tellings.push(telling.again());
                }
                untold.times -= 1;
                if untold.times == 0 {
                    self.untold.remove(index);
                }
            }
        }
        Ok(telling::posts(
            tellings,
            post.held,
            self.sender,
            &mut self.rng,
        )?)
    }

    fn happen(
        &mut self,
        index: usize,
        recipients: &impl Fn(&Target, &Change) -> Vec<Target>,
    ) -> Result<(), CampaignFault> {
        let planned = self.planned.get(index).ok_or(CampaignFault::Nothing)?;
        let target = self
            .targets
            .get(planned.target)
            .ok_or(CampaignFault::Nothing)?;
        let change = self.change(planned, target).ok_or(CampaignFault::Nothing)?;
        let mut tellings = Vec::new();
        for recipient in recipients(target, &change) {
            // What is wrong is wrong with what was planned.
            let planned = PlannedChange {
                fault: planned
                    .fault
                    .filter(|_| recipient.subscription_id == target.subscription_id),
                ..planned.clone()
            };
            tellings.push(Telling::new(&recipient, &change, &planned, &mut self.rng)?);
        }
        let times = if planned.duplicated { 2 } else { 1 };
        self.untold.insert(index, Untold { tellings, times });
        Ok(())
    }

    fn change(&mut self, planned: &PlannedChange, target: &Target) -> Option<Change> {
        let emission = &target.row.emits;
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let (tenant, now) = (world.tenant(&target.tenant_id), self.clock.now());
        let (scope, change_type) = (&target.scope, planned.change_type);
        let mut change = (emission.change)(tenant, scope, change_type, now, &mut self.rng)?;
        if let Some(bytes) = planned.bytes {
            tenant.lengthen(&mut change, bytes);
        }
        let edited = self.edits.random_bool(self.edited_since);
        Selection::of(scope).bring_about(tenant, &mut change);
        if planned.deleted_since {
            tenant.delete_since(&mut change, now);
        } else if edited {
            tenant.edit_since(&mut change, now);
        }
        Some(change)
    }
}
