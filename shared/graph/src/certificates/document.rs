//! The document as JSON.

use super::{CertificateSet, CertificatesFault, MemberProblem, OtherCertificate, check, fault};
use crate::certificate::EnvelopeCertificate;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(super) fn parse(json: &[u8]) -> Result<CertificateSet, CertificatesFault> {
    let document = serde_json::from_slice(json)
        .map_err(|_| fault("document".to_owned(), MemberProblem::NotJson))?;
    let mut document = UnreadMembers::of("document".to_owned(), document)?;
    let current = document.text("current")?;
    let current = current.ok_or_else(|| document.missing("current"))?;
    let listed = document.value("certificates");
    let listed = listed.ok_or_else(|| document.missing("certificates"))?;
    document.end()?;
    let mut others = BTreeMap::new();
    for (id, value) in UnreadMembers::of("certificates".to_owned(), listed)?.members {
        let listed = parse_listed(&id, value)?;
        others.insert(id, listed);
    }
    match others.remove(&current) {
        None => Err(fault("current".to_owned(), MemberProblem::NotListed)),
        Some(listed) if listed.retire_after.is_some() => Err(fault(
            format!("certificates.{current}.retireAfter"),
            MemberProblem::RetiredCurrent,
        )),
        Some(listed) => Ok(CertificateSet {
            current: (current, listed.certificate),
            others,
        }),
    }
}

pub(super) fn write(certificates: &CertificateSet) -> String {
    let (id, certificate) = &certificates.current;
    let mut all = Map::new();
    all.insert(id.clone(), written(certificate, None));
    for (id, other) in &certificates.others {
        let listed = written(&other.certificate, other.retire_after);
        all.insert(id.clone(), listed);
    }
    format!("{:#}\n", json!({"current": id, "certificates": all}))
}

fn written(certificate: &EnvelopeCertificate, retire_after: Option<Timestamp>) -> Value {
    json!({
        "certificate": certificate.base64(),
        "notAfter": certificate.not_after().to_string(),
        "thumbprint": certificate.thumbprint(),
        "retireAfter": retire_after.map(|time| time.to_string()),
    })
}

fn parse_listed(id: &str, value: Value) -> Result<OtherCertificate, CertificatesFault> {
    let mut listed = UnreadMembers::of(format!("certificates.{id}"), value)?;
    let certificate = listed.text("certificate")?;
    let certificate = certificate.ok_or_else(|| listed.missing("certificate"))?;
    let certificate = EnvelopeCertificate::from_base64(&certificate)
        .map_err(|unread| fault(listed.path("certificate"), unread.into()))?;
    check(id, &certificate)?;
    let not_after = certificate.not_after();
    let says = listed.time("notAfter")?;
    if says.is_some_and(|says| says != not_after) {
        let problem = MemberProblem::Contradicts(not_after.to_string());
        return Err(fault(listed.path("notAfter"), problem));
    }
    let thumbprint = certificate.thumbprint();
    let says = listed.text("thumbprint")?;
    if says.is_some_and(|says| !says.eq_ignore_ascii_case(&thumbprint)) {
        let problem = MemberProblem::Contradicts(thumbprint);
        return Err(fault(listed.path("thumbprint"), problem));
    }
    let retire_after = listed.time("retireAfter")?;
    listed.end()?;
    Ok(OtherCertificate {
        certificate,
        retire_after,
    })
}

/// The members of an object that are still to be read, and where the object is.
struct UnreadMembers {
    path: String,
    members: Map<String, Value>,
}

impl UnreadMembers {
    fn of(path: String, value: Value) -> Result<Self, CertificatesFault> {
        match value {
            Value::Object(members) => Ok(Self { path, members }),
            _ => Err(fault(path, MemberProblem::Type("an object"))),
        }
    }

    fn path(&self, name: &str) -> String {
        match self.path.as_str() {
            "document" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }

    fn missing(&self, name: &str) -> CertificatesFault {
        fault(self.path(name), MemberProblem::Missing)
    }

    /// Null counts as absent.
    fn value(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, CertificatesFault> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(fault(self.path(name), MemberProblem::Type("text"))),
        }
    }

    fn time(&mut self, name: &str) -> Result<Option<Timestamp>, CertificatesFault> {
        self.text(name)?
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| fault(self.path(name), MemberProblem::Time))
    }

    fn end(self) -> Result<(), CertificatesFault> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => Err(fault(self.path(name), MemberProblem::Unknown)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::tests::{until, with_a_curve};
    use std::sync::LazyLock;

    static OLD: LazyLock<EnvelopeCertificate> = LazyLock::new(|| until(2028));
    static NEW: LazyLock<EnvelopeCertificate> = LazyLock::new(|| until(2030));

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn old_and_new() -> Value {
        json!({
            "current": "new",
            "certificates": {
                "old": {
                    "certificate": OLD.base64(),
                    "notAfter": "2028-01-01T00:00:00Z",
                    "thumbprint": OLD.thumbprint(),
                    "retireAfter": "2027-12-04T12:00:00Z",
                },
                "new": {
                    "certificate": NEW.base64(),
                    "notAfter": "2030-01-01T00:00:00Z",
                    "thumbprint": NEW.thumbprint(),
                    "retireAfter": null,
                },
            },
        })
    }

    fn parse(document: &Value) -> Result<CertificateSet, CertificatesFault> {
        CertificateSet::parse(document.to_string().as_bytes())
    }

    /// The complaint about the document once a member has another value.
    fn said_of(pointer: &str, value: Value) -> String {
        let mut document = old_and_new();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[name] = value;
        parse(&document).unwrap_err().to_string()
    }

    #[test]
    fn a_document_has_a_current_certificate_and_others() {
        let certificates = parse(&old_and_new()).unwrap();
        assert_eq!(certificates.current(), ("new", &*NEW));
        let old = &certificates.others()["old"];
        assert_eq!(old.certificate, *OLD);
        assert_eq!(old.retire_after, Some(time("2027-12-04T12:00:00Z")));
        assert_eq!(certificates.others().len(), 1);
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let certificates = parse(&old_and_new()).unwrap();
        let json = certificates.to_json();
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), old_and_new());
        assert_eq!(CertificateSet::parse(json.as_bytes()), Ok(certificates));
    }

    #[test]
    fn what_follows_from_the_certificate_may_be_left_out() {
        let document = json!({
            "current": "new",
            "certificates": {"new": {"certificate": NEW.base64(), "thumbprint": null}},
        });
        let first = CertificateSet::of("new", NEW.clone());
        assert_eq!(parse(&document), first);
    }

    #[test]
    fn what_contradicts_the_certificate_is_refused() {
        let said = said_of("/certificates/new/notAfter", json!("2030-01-01T00:00:01Z"));
        assert_eq!(
            said,
            "certificates.new.notAfter: contradicts the certificate, which has 2030-01-01T00:00:00Z"
        );
        let said = said_of("/certificates/new/thumbprint", json!(OLD.thumbprint()));
        assert_eq!(
            said,
            format!(
                "certificates.new.thumbprint: contradicts the certificate, which has {}",
                NEW.thumbprint()
            )
        );
    }

    #[test]
    fn a_time_in_another_offset_and_hex_in_lower_case_contradict_nothing() {
        let mut document = old_and_new();
        let new = &mut document["certificates"]["new"];
        new["notAfter"] = json!("2030-01-01T02:00:00+02:00");
        new["thumbprint"] = json!(NEW.thumbprint().to_lowercase());
        assert_eq!(parse(&document), parse(&old_and_new()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let long = "x".repeat(129);
        for (pointer, value, says) in [
            ("/current", Value::Null, "current: is missing"),
            ("/current", json!(1), "current: must be text"),
            (
                "/current",
                json!("other"),
                "current: names a certificate that is not in certificates",
            ),
            (
                "/current",
                json!("old"),
                "certificates.old.retireAfter: the current certificate can't be retired",
            ),
            ("/certificates", Value::Null, "certificates: is missing"),
            (
                "/certificates",
                json!([]),
                "certificates: must be an object",
            ),
            (
                "/certificates",
                json!({}),
                "current: names a certificate that is not in certificates",
            ),
            ("/retired", json!([]), "retired: is not known"),
            (
                "/certificates/new",
                json!("text"),
                "certificates.new: must be an object",
            ),
            (
                "/certificates/new/certificate",
                Value::Null,
                "certificates.new.certificate: is missing",
            ),
            (
                "/certificates/new/certificate",
                json!("-----BEGIN CERTIFICATE-----"),
                "certificates.new.certificate: not base64 in one line",
            ),
            (
                "/certificates/new/certificate",
                json!("AAAA"),
                "certificates.new.certificate: not an X.509 certificate",
            ),
            (
                "/certificates/new/certificate",
                json!(with_a_curve().base64()),
                "certificates.new.certificate: its key is not an RSA key",
            ),
            (
                "/certificates/old/retireAfter",
                json!("tomorrow"),
                "certificates.old.retireAfter: is not a time by RFC 3339",
            ),
            (
                "/certificates/old/key",
                json!("?"),
                "certificates.old.key: is not known",
            ),
            (
                &format!("/certificates/{long}"),
                json!({"certificate": NEW.base64()}),
                "certificates: an id has 1 to 128 characters",
            ),
        ] {
            assert_eq!(said_of(pointer, value), says, "{pointer}");
        }
        for (json, says) in [
            ("", "document: not JSON"),
            ("[]", "document: must be an object"),
        ] {
            let fault = CertificateSet::parse(json.as_bytes()).unwrap_err();
            assert_eq!(fault.to_string(), says);
        }
    }
}
