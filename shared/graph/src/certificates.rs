//! The certificates that subscriptions use: which one is current, and which are on their way out.
//!
//! ```text
//! {"current": "<id>",
//!  "certificates": {"<id>": {"certificate": "<base64 of the DER>", "notAfter": "<RFC 3339>",
//!                            "thumbprint": "<hex>", "retireAfter": null | "<RFC 3339>"}}}
//! ```
//!
//! The ids are ours: subscriptions carry them as `encryptionCertificateId`, and Graph names with
//! them the key that opens an item. `notAfter` and `thumbprint` are there for people. They follow
//! from the certificate, may be left out, and must not contradict it. The private keys are
//! elsewhere.

mod document;

use crate::certificate::{CertificateFault, EnvelopeCertificate};
use jiff::Timestamp;
use std::collections::BTreeMap;
use teamwire_payload::limits::CERTIFICATE_ID_CHARS;

/// The current certificate, and others: those on their way out, and those to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateSet {
    current: (String, EnvelopeCertificate),
    others: BTreeMap<String, OtherCertificate>,
}

/// A certificate that is not current, and one that Graph takes all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherCertificate {
    /// The certificate.
    pub certificate: EnvelopeCertificate,
    /// The time after which its private key may go.
    pub retire_after: Option<Timestamp>,
}

/// The document can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{member}: {problem}")]
pub struct CertificatesFault {
    /// The member: `certificates.<id>.notAfter`, say, or `document` for all of it.
    pub member: String,
    /// The problem.
    pub problem: MemberProblem,
}

/// The problem with a member.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MemberProblem {
    /// Not JSON at all.
    #[error("not JSON")]
    NotJson,
    /// Required, and not there.
    #[error("is missing")]
    Missing,
    /// Another type of JSON value.
    #[error("must be {0}")]
    Type(&'static str),
    /// A member that this build does not know.
    #[error("is not known")]
    Unknown,
    /// The name of a certificate is empty or too long.
    #[error("an id has 1 to {CERTIFICATE_ID_CHARS} characters")]
    Id,
    /// No certificate has that id.
    #[error("names a certificate that is not in certificates")]
    NotListed,
    /// Not one that Graph takes.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// Not a time.
    #[error("is not a time by RFC 3339")]
    Time,
    /// The certificate says otherwise.
    #[error("contradicts the certificate, which has {0}")]
    Contradicts(String),
    /// The certificate that new subscriptions get can't be on its way out.
    #[error("the current certificate can't be retired")]
    RetiredCurrent,
    /// Each id is for one certificate, for ever.
    #[error("is the id of another certificate")]
    Taken,
}

impl CertificateSet {
    /// A first certificate, which is current.
    ///
    /// # Errors
    /// [`CertificatesFault`]: no possible id, or not one that Graph takes.
    pub fn of(id: &str, certificate: EnvelopeCertificate) -> Result<Self, CertificatesFault> {
        check(id, &certificate)?;
        Ok(Self {
            current: (id.to_owned(), certificate),
            others: BTreeMap::new(),
        })
    }

    /// Reads the document.
    ///
    /// # Errors
    /// [`CertificatesFault`], which names the member.
    pub fn parse(json: &[u8]) -> Result<Self, CertificatesFault> {
        document::parse(json)
    }

    /// The document, with everything that follows from the certificates.
    pub fn to_json(&self) -> String {
        document::write(self)
    }

    /// The certificate that new and renewed subscriptions get, and its id.
    pub fn current(&self) -> (&str, &EnvelopeCertificate) {
        let (id, certificate) = &self.current;
        (id, certificate)
    }

    /// Those that are not current, by id.
    pub fn others(&self) -> &BTreeMap<String, OtherCertificate> {
        &self.others
    }

    /// Whole minutes until the current certificate ends; negative once it has ended.
    pub fn minutes_to_expiry(&self, now: Timestamp) -> i64 {
        let (_, certificate) = &self.current;
        certificate.time_left(now).as_secs().div_euclid(60)
    }

    /// Makes `certificate` current. The one that was may go after `retire_after`, when nothing can
    /// come any more that was sealed for it. Nothing changes if it is current already.
    ///
    /// # Errors
    /// [`CertificatesFault`]: no possible id, not one that Graph takes, or [`MemberProblem::Taken`].
    pub fn rotate_to(
        &mut self,
        id: &str,
        certificate: EnvelopeCertificate,
        retire_after: Timestamp,
    ) -> Result<(), CertificatesFault> {
        check(id, &certificate)?;
        let known = match self.others.get(id) {
            _ if self.current.0 == id => Some(&self.current.1),
            other => other.map(|other| &other.certificate),
        };
        if known.is_some_and(|known| *known != certificate) {
            return Err(fault(format!("certificates.{id}"), MemberProblem::Taken));
        }
        if self.current.0 == id {
            return Ok(());
        }
        self.others.remove(id);
        let next = (id.to_owned(), certificate);
        let (id, certificate) = std::mem::replace(&mut self.current, next);
        let other = OtherCertificate {
            certificate,
            retire_after: Some(retire_after),
        };
        self.others.insert(id, other);
        Ok(())
    }

    /// Keeps the private keys of these until `retire_after` at least; whether that changed
    /// anything. Only of those on their way out: the others have no end yet.
    pub fn keep<'a>(
        &mut self,
        ids: impl IntoIterator<Item = &'a str>,
        retire_after: Timestamp,
    ) -> bool {
        let mut is_changed = false;
        for id in ids {
            let other = self.others.get_mut(id);
            let Some(until) = other.and_then(|other| other.retire_after.as_mut()) else {
                continue;
            };
            is_changed |= *until < retire_after;
            *until = retire_after.max(*until);
        }
        is_changed
    }
}

fn fault(member: String, problem: MemberProblem) -> CertificatesFault {
    CertificatesFault { member, problem }
}

fn check(id: &str, certificate: &EnvelopeCertificate) -> Result<(), CertificatesFault> {
    if id.is_empty() || id.chars().count() > CERTIFICATE_ID_CHARS {
        return Err(fault("certificates".to_owned(), MemberProblem::Id));
    }
    certificate
        .suits_graph()
        .map_err(|unfit| fault(format!("certificates.{id}.certificate"), unfit.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::tests::{until, with_a_curve};
    use std::sync::LazyLock;

    static FIRST: LazyLock<EnvelopeCertificate> = LazyLock::new(|| until(2028));
    static SECOND: LazyLock<EnvelopeCertificate> = LazyLock::new(|| until(2030));

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn first() -> CertificateSet {
        CertificateSet::of("first", FIRST.clone()).unwrap()
    }

    #[test]
    fn the_certificate_before_stays_listed_until_it_may_go() {
        let mut certificates = first();
        let retire_after = time("2027-12-04T12:00:00Z");
        certificates
            .rotate_to("second", SECOND.clone(), retire_after)
            .unwrap();
        assert_eq!(certificates.current(), ("second", &*SECOND));
        let other = OtherCertificate {
            certificate: FIRST.clone(),
            retire_after: Some(retire_after),
        };
        let others = BTreeMap::from([("first".to_owned(), other)]);
        assert_eq!(certificates.others(), &others);
    }

    #[test]
    fn rotating_twice_is_rotating_once() {
        let mut certificates = first();
        let sooner = time("2027-12-04T12:00:00Z");
        certificates
            .rotate_to("second", SECOND.clone(), sooner)
            .unwrap();
        let once = certificates.clone();
        let later = time("2027-12-05T12:00:00Z");
        certificates
            .rotate_to("second", SECOND.clone(), later)
            .unwrap();
        assert_eq!(certificates, once);
    }

    #[test]
    fn a_key_that_is_still_in_use_may_only_go_later() {
        let mut certificates = first();
        let retire_after = time("2027-12-04T12:00:00Z");
        certificates
            .rotate_to("second", SECOND.clone(), retire_after)
            .unwrap();
        let rotated = certificates.clone();
        for (ids, until) in [
            (vec!["first"], "2027-12-04T12:00:00Z"),
            (vec!["first"], "2027-12-04T11:00:00Z"),
            (vec!["second", "third"], "2027-12-05T12:00:00Z"),
        ] {
            assert!(!certificates.keep(ids, time(until)));
            assert_eq!(certificates, rotated);
        }
        let later = time("2027-12-05T12:00:00Z");
        assert!(certificates.keep(["first", "second"], later));
        assert_eq!(certificates.others()["first"].retire_after, Some(later));
    }

    #[test]
    fn a_rotation_can_be_taken_back() {
        let mut certificates = first();
        let retire_after = time("2027-12-04T12:00:00Z");
        certificates
            .rotate_to("second", SECOND.clone(), retire_after)
            .unwrap();
        certificates
            .rotate_to("first", FIRST.clone(), retire_after)
            .unwrap();
        assert_eq!(certificates.current(), ("first", &*FIRST));
        assert_eq!(certificates.others().keys().collect::<Vec<_>>(), ["second"]);
    }

    #[test]
    fn an_id_is_never_used_for_another_certificate() {
        let mut certificates = first();
        let retire_after = time("2027-12-04T12:00:00Z");
        let taken = |id: &str| Err(fault(format!("certificates.{id}"), MemberProblem::Taken));
        let rotated = certificates.rotate_to("first", SECOND.clone(), retire_after);
        assert_eq!(rotated, taken("first"));
        assert_eq!(certificates, first());

        certificates
            .rotate_to("second", SECOND.clone(), retire_after)
            .unwrap();
        let rotated = certificates.rotate_to("first", until(2031), retire_after);
        assert_eq!(rotated, taken("first"));
    }

    #[test]
    fn what_graph_would_not_take_does_not_become_current() {
        let mut certificates = first();
        let retire_after = time("2027-12-04T12:00:00Z");
        for (id, certificate) in [
            ("curve", with_a_curve()),
            ("", SECOND.clone()),
            (&"x".repeat(129), SECOND.clone()),
        ] {
            assert!(CertificateSet::of(id, certificate.clone()).is_err());
            assert!(
                certificates
                    .rotate_to(id, certificate, retire_after)
                    .is_err()
            );
        }
        assert_eq!(certificates, first());
    }

    #[test]
    fn minutes_to_expiry_are_those_of_the_current_certificate() {
        let certificates = first();
        for (now, minutes) in [
            ("2027-12-31T22:59:59Z", 60),
            ("2027-12-31T23:59:00Z", 1),
            ("2027-12-31T23:59:01Z", 0),
            ("2028-01-01T00:00:00Z", 0),
            ("2028-01-01T00:00:01Z", -1),
            ("2028-01-02T00:00:00Z", -1440),
        ] {
            assert_eq!(certificates.minutes_to_expiry(time(now)), minutes, "{now}");
        }
    }
}
