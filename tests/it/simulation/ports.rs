//! The ports of the handlers, in a world where they fail.

use super::bugs::Bug;
use super::changes::{POOL, Pool};
use super::forecast::{CallOutcome, MINUTE, Port};
use super::history::Entry;
use super::sender::secret;
use super::world::{Name, World};
use crate::fakes::subject_of;
use std::sync::Arc;
use std::time::{Duration, Instant};
use teamwire_envelope::{KeyUnwrap, UnwrapFault};
use teamwire_graph::signing_keys::{KeyLookup, LookupFault, SigningKey};
use teamwire_graph::{ClientStates, ReadFault};
use teamwire_hydrate::ResourceSource;
use teamwire_ingest::{Backend, Backends, ClientStatesFault, StateLookup};
use teamwire_payload::{TenantId, resource::ResourceGet};
use teamwire_transport::{ClaimFault, ClaimStore, MessageQueue, OutgoingEntry, SendFault};
use zeroize::Zeroizing;

/// One queue, from the sender's side.
#[derive(Clone)]
pub(super) struct Sending(pub(super) World, pub(super) Name);

impl MessageQueue for Sending {
    async fn send_batch(&self, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
        let Self(world, name) = self;
        let answer = world.call(name.port(), |state, outcome| {
            let heard = matches!(outcome, CallOutcome::Fine | CallOutcome::Partly);
            let accepted: Vec<bool> = match outcome {
                CallOutcome::Down | CallOutcome::Refused => vec![false; entries.len()],
                CallOutcome::Partly => entries.iter().map(|_| state.dice.percent(50)).collect(),
                _ => vec![true; entries.len()],
            };
            let taken = entries.iter().zip(&accepted);
            for (entry, _) in taken.filter(|(_, accepted)| **accepted) {
                state.send(*name, entry, heard);
            }
            match outcome {
                CallOutcome::Down | CallOutcome::AnswerLost => Err(SendFault::Unavailable),
                CallOutcome::Refused => Err(SendFault::Refused),
                _ => Ok(accepted),
            }
        });
        let answer = answer.await;
        let state = self.0.state();
        let (bug, at_work) = (state.bug, state.at_work);
        bug.misread(*name, at_work, entries.len(), answer)
    }
}

/// The claim store.
#[derive(Clone)]
pub(super) struct Claims(pub(super) World);

impl ClaimStore for Claims {
    fn location(&self) -> String {
        "s3://claims".to_owned()
    }

    async fn put(&self, key: &str, text: String) -> Result<(), ClaimFault> {
        let put = self.0.call(Port::Claims, |state, outcome| match outcome {
            CallOutcome::Down | CallOutcome::Refused | CallOutcome::Partly
                if state.bug == Bug::ClaimPutIgnored =>
            {
                Ok(())
            }
            CallOutcome::Down | CallOutcome::Refused | CallOutcome::Partly => {
                Err(ClaimFault::Unavailable)
            }
            _ => {
                state.history.push(Entry::Left);
                state.claims.insert(key.to_owned(), text);
                match outcome {
                    CallOutcome::AnswerLost => Err(ClaimFault::Unavailable),
                    _ => Ok(()),
                }
            }
        });
        put.await
    }

    async fn get(&self, key: &str) -> Result<String, ClaimFault> {
        let get = self.0.call(Port::Claims, |state, outcome| match outcome {
            CallOutcome::Fine | CallOutcome::CrashAfter => {
                state.claims.get(key).cloned().ok_or(ClaimFault::Missing)
            }
            _ => Err(ClaimFault::Unavailable),
        });
        get.await
    }
}

/// The private keys: they know what they were sealed with.
pub(super) struct PrivateKeys(pub(super) World);

impl KeyUnwrap for PrivateKeys {
    async fn unwrap_key(&self, id: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, UnwrapFault> {
        let Pool { content_keys, .. } = &*POOL;
        let unwrap = self
            .0
            .call(Port::PrivateKeys, |state, outcome| match outcome {
                CallOutcome::Fine | CallOutcome::CrashAfter
                    if id != Pool::CERTIFICATE && (id != Pool::RESTORED || state.replays == 0) =>
                {
                    Err(UnwrapFault::UnknownCertificate)
                }
                CallOutcome::Fine | CallOutcome::CrashAfter => {
                    let key = content_keys.get(sealed).ok_or(UnwrapFault::Refused)?;
                    Ok(Zeroizing::new(key.to_vec()))
                }
                _ => Err(UnwrapFault::Unavailable),
            });
        unwrap.await
    }
}

/// Microsoft Graph, asked for resources.
pub(super) struct Graph(pub(super) World);

impl ResourceSource for Graph {
    async fn read(&self, _: &TenantId, get: &ResourceGet) -> Result<String, ReadFault> {
        let read = self.0.call(Port::Graph, |state, outcome| match outcome {
            CallOutcome::Fine | CallOutcome::CrashAfter => POOL.read(&subject_of(get)),
            CallOutcome::Refused => {
                let wait = Duration::from_secs(state.dice.millis(1_200));
                Err(ReadFault::Throttled(wait))
            }
            _ if state.bug == Bug::OutageIsDeletion => Err(ReadFault::Gone),
            _ => Err(ReadFault::Unavailable(None)),
        });
        read.await
    }
}

/// Entra's signing keys.
pub(super) struct Lookup(pub(super) World);

impl KeyLookup for Lookup {
    async fn key(&self, kid: &str) -> Result<Arc<SigningKey>, LookupFault> {
        let fine =
            |_: &mut _, outcome| matches!(outcome, CallOutcome::Fine | CallOutcome::CrashAfter);
        if self.0.call(Port::SigningKeys, fine).await {
            POOL.signing_keys.key(kid).await
        } else {
            Err(LookupFault::Unavailable)
        }
    }
}

/// The secret with the client states, as a process of ingest knows it.
pub(super) struct States(pub(super) World);

impl States {
    async fn read(&self) -> Result<Arc<ClientStates>, &'static str> {
        let read = self.0.call(Port::Secret, |state, outcome| match outcome {
            CallOutcome::Fine | CallOutcome::CrashAfter => {
                let read = Arc::new(ClientStates::parse(&secret(state.now)).unwrap());
                state.known = Some((Arc::clone(&read), state.now));
                Ok(read)
            }
            _ => Err("secret-unavailable"),
        });
        read.await
    }
}

impl StateLookup for States {
    async fn current(&self) -> Result<Arc<ClientStates>, &'static str> {
        let (known, now) = {
            let state = self.0.state();
            (state.known.clone(), state.now)
        };
        match known {
            Some((known, read_at)) if now < read_at + MINUTE => Ok(known),
            Some((known, _)) => Ok(self.read().await.unwrap_or(known)),
            None => self.read().await,
        }
    }

    async fn read_since(&self, _: Instant) -> Result<Arc<ClientStates>, ClientStatesFault> {
        let stale = {
            let state = self.0.state();
            let is_stale = state.bug == Bug::StaleSecret;
            state.known.clone().filter(|_| is_stale)
        };
        match stale {
            Some((stale, _)) => Ok(stale),
            None => self.read().await.map_err(ClientStatesFault::Unavailable),
        }
    }
}

/// The backend of ingest.
pub(super) struct Ready(pub(super) Backend<Lookup, States, Sending, Claims>);

impl Backends for Ready {
    type Keys = Lookup;
    type States = States;
    type Queue = Sending;
    type Claims = Claims;

    async fn backend(&self) -> Result<&Backend<Lookup, States, Sending, Claims>, &'static str> {
        Ok(&self.0)
    }
}
