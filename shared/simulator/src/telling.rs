//! From what is told to whom to POSTs.

use crate::campaign::Progress;
use crate::change::Change;
use crate::clock::Clock;
use crate::deliver::{self, DeliveryTimeouts};
use crate::entra::keys::EntraKeyFault;
use crate::faults::PlantedFault;
use crate::item::SimulatedItem;
use crate::ledger::Entry;
use crate::plan::PlannedChange;
use crate::sender::Sender;
use crate::target::Target;
use jiff::Timestamp;
use rand::rngs::StdRng;
use std::sync::Arc;
use std::time::Duration;
use teamwire_envelope::seal::SealFault;
use tokio::sync::{Semaphore, mpsc};

/// Most notifications in a POST.
const MOST: usize = 1_000;

/// One change told to one subscription.
pub(crate) struct Telling {
    url: String,
    item: SimulatedItem,
    /// The entry to record, the first time.
    entry: Option<Entry>,
}

/// A POST that is to be made.
pub(crate) struct Post {
    url: String,
    body: Vec<u8>,
    items: usize,
    held: Duration,
    entries: Vec<Entry>,
}

impl Telling {
    /// Seals the change for the subscription, as planned.
    pub(crate) fn new(
        target: &Target,
        change: &Change,
        planned: &PlannedChange,
        rng: &mut StdRng,
    ) -> Result<Self, SealFault> {
        Ok(Self {
            url: target.url.clone(),
            item: SimulatedItem::of(target, change, planned, rng)?,
            entry: Some(Entry::of(target, change, planned)),
        })
    }

    /// To be told now, and perhaps once more; only the first time is written down.
    pub(crate) fn again(&mut self) -> Self {
        Self {
            url: self.url.clone(),
            item: self.item.clone(),
            entry: self.entry.take(),
        }
    }

    /// A wrong token spoils all of its POST.
    const fn is_alone(&self) -> bool {
        matches!(self.item.fault, Some(PlantedFault::WrongToken(_)))
    }
}

/// A POST for each endpoint, and for each that has to be alone.
///
/// # Errors
/// [`EntraKeyFault::Failed`]
pub(crate) fn posts(
    tellings: Vec<Telling>,
    held: Duration,
    sender: &Sender,
    rng: &mut StdRng,
) -> Result<Vec<Post>, EntraKeyFault> {
    let mut groups: Vec<(bool, Vec<Telling>)> = Vec::new();
    for telling in tellings {
        let alone = telling.is_alone();
        let place = groups.iter_mut().find(|(other_alone, group)| {
            !alone
                && !*other_alone
                && group.len() < MOST
                && group.first().is_some_and(|first| first.url == telling.url)
        });
        match place {
            Some((_, group)) => group.push(telling),
            None => groups.push((alone, vec![telling])),
        }
    }
    let now = Timestamp::now().as_second();
    let mut posts = Vec::new();
    for (_, group) in groups {
        let url = group.first().map(|first| first.url.clone());
        let (items, entries): (Vec<SimulatedItem>, Vec<Option<Entry>>) = group
            .into_iter()
            .map(|telling| (telling.item, telling.entry))
            .unzip();
        posts.push(Post {
            url: url.unwrap_or_default(),
            body: sender.body(&items, now, rng)?,
            items: items.len(),
            held,
            entries: entries.into_iter().flatten().collect(),
        });
    }
    Ok(posts)
}

impl Post {
    /// Delivers it, and says so.
    pub(crate) async fn deliver(
        mut self,
        sender: Arc<Sender>,
        slots: Arc<Semaphore>,
        patience: DeliveryTimeouts,
        clock: Clock,
        progress: mpsc::Sender<Progress>,
    ) {
        tokio::time::sleep(self.held).await;
        let now = clock.now();
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
