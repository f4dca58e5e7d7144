//! The state that all requests share.

use crate::campaign;
use crate::clock::Clock;
use crate::config::SimulatorConfig;
use crate::coverage::Coverage;
use crate::entra::apps::Apps;
use crate::entra::keys::{EntraKeyFault, EntraSigningKey};
use crate::entra::principals::Principals;
use crate::graph::calls::Meter;
use crate::graph::rates::Rates;
use crate::graph::subscriptions::Subscriptions;
use crate::graph::trouble::Trouble;
use crate::ledger::{CHANGES_OF_A_JOB, Ledger};
use crate::sender::{Sender, SenderFault};
use crate::settings::{Changes, Settings};
use crate::world::World;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// Resources of each tenant that can be read back: those of the largest job, and some more.
const RESOURCES: usize = CHANGES_OF_A_JOB + 10_000;

/// The simulator's memory.
pub(crate) struct State {
    pub(crate) config: SimulatorConfig,
    pub(crate) clock: Clock,
    /// The URL of this simulator, without a slash at the end.
    pub(crate) url: String,
    pub(crate) key: Arc<EntraSigningKey>,
    pub(crate) apps: Apps,
    pub(crate) principals: Principals,
    pub(crate) sender: Arc<Sender>,
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) rates: Rates,
    pub(crate) meter: Meter,
    pub(crate) trouble: Trouble,
    pub(crate) ledger: Ledger,
    pub(crate) coverage: Coverage,
    pub(crate) counters: Counters,
    settings: Mutex<Settings>,
    world: Arc<Mutex<World>>,
}

/// The number of requests of each kind.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) resource_gets: AtomicU64,
    pub(crate) throttled: AtomicU64,
    pub(crate) too_many_requests: AtomicU64,
    pub(crate) token_requests: AtomicU64,
    pub(crate) key_requests: AtomicU64,
    pub(crate) handshakes: AtomicU64,
    pub(crate) lifecycle_notifications: AtomicU64,
    pub(crate) lifecycle_lost: AtomicU64,
    pub(crate) troubled_creations: AtomicU64,
}

/// One more; how many there were before.
pub(crate) fn count(counter: &AtomicU64) -> u64 {
    counter.fetch_add(1, Ordering::Relaxed)
}

impl State {
    pub(crate) fn new(config: SimulatorConfig, url: String) -> Result<Self, SenderFault> {
        let key = Arc::new(signing_key(&config)?);
        let clock = Clock::default();
        Ok(Self {
            apps: Apps::new(&config, &url),
            principals: Principals::default(),
            url,
            sender: Arc::new(Sender::new(Arc::clone(&key))?),
            key,
            slots: Arc::new(Semaphore::new(campaign::SLOTS)),
            subscriptions: Subscriptions::new(config.quota),
            rates: Rates::default(),
            meter: Meter::default(),
            trouble: Trouble::default(),
            ledger: Ledger::default(),
            coverage: Coverage::default(),
            settings: Mutex::default(),
            counters: Counters::default(),
            world: Arc::new(Mutex::new(World::new(RESOURCES, clock.now()))),
            clock,
            config,
        })
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn shared_world(&self) -> Arc<Mutex<World>> {
        Arc::clone(&self.world)
    }

    /// The behaviour of Graph now.
    pub(crate) fn settings(&self) -> Settings {
        self.lock_settings().clone()
    }

    pub(crate) fn change_settings(&self, changes: &Changes) {
        self.lock_settings().change(changes);
    }

    fn lock_settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn knows_tenant(&self, id: &str) -> bool {
        self.config
            .tenants
            .iter()
            .any(|known| known.eq_ignore_ascii_case(id))
    }
}

fn signing_key(config: &SimulatorConfig) -> Result<EntraSigningKey, EntraKeyFault> {
    match &config.state_dir {
        Some(dir) => EntraSigningKey::load_or_create(dir),
        None => EntraSigningKey::generate(),
    }
}
