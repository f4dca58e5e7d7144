//! Findings that say the same of several tenants, told as one.

use crate::doctor::code::FindingVerdict;
use crate::doctor::finding::Finding;

/// So many tenants are named.
const NAMED: usize = 5;

/// The same findings, where those that differ in their tenant alone, what to do included, are one: at
/// the place of the first. Of what is in order each stays.
pub(super) fn fold(findings: &[Finding]) -> Vec<Finding> {
    let mut folded: Vec<(Finding, Vec<&str>)> = Vec::new();
    for finding in findings {
        let of = finding
            .of_tenant()
            .filter(|_| finding.verdict() != FindingVerdict::Ok);
        let same = folded.iter_mut().find(|(first, _)| {
            first.code == finding.code
                && of.is_some_and(|(_, says)| first.of_tenant().is_some_and(|of| of.1 == says))
                && first.remedy() == finding.remedy()
        });
        let tenant = of.map(|(tenant, _)| tenant);
        match same {
            Some((_, tenants)) => tenants.extend(tenant),
            None => folded.push((finding.clone(), tenant.into_iter().collect())),
        }
    }
    folded
        .into_iter()
        .map(|(first, of)| all(first, &of))
        .collect()
}

fn all(mut first: Finding, tenants: &[&str]) -> Finding {
    let Some((_, says)) = first.of_tenant().filter(|_| tenants.len() > 1) else {
        return first;
    };
    let named: Vec<_> = tenants.iter().take(NAMED).copied().collect();
    let more = match tenants.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let what = format!("tenants {}{more}: {says}", named.join(", "));
    first.what = what;
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::code::Code;

    fn finding(code: Code, tenant: &str, says: &str) -> Finding {
        Finding::new(code, format!("tenant {tenant}: {says}")).with("tenant", tenant)
    }

    fn folded(findings: &[Finding]) -> Vec<String> {
        let folded = fold(findings).into_iter();
        folded.map(|finding| finding.what).collect()
    }

    #[test]
    fn what_is_said_of_several_tenants_is_said_once() {
        let unseen = |tenant| finding(Code::AssignmentUnseen, tenant, "its entry");
        let in_order = |tenant| finding(Code::TenantInOrder, tenant, "a token");
        let few = [in_order("a"), unseen("a"), in_order("b"), unseen("b")];
        let says = [
            "tenant a: a token",
            "tenants a, b: its entry",
            "tenant b: a token",
        ];
        assert_eq!(folded(&few), says);
        let many = ["a", "b", "c", "d", "e", "f", "g"].map(unseen);
        let says = ["tenants a, b, c, d, e and 2 more: its entry"];
        assert_eq!(folded(&many), says);
    }

    #[test]
    fn what_differs_in_more_than_the_tenant_stays_apart() {
        let others = [
            finding(Code::AssignmentUnseen, "a", "its entry"),
            finding(Code::AssignmentUnseen, "b", "its entry, for another reason"),
            finding(Code::AssignmentRequired, "c", "its entry"),
            // What to do names the page of the tenant.
            finding(Code::PermissionMissing, "a", "no role").with("consent", "https://a"),
            finding(Code::PermissionMissing, "b", "no role").with("consent", "https://b"),
        ];
        let says: Vec<_> = others.iter().map(|one| one.what.clone()).collect();
        assert_eq!(folded(&others), says);
    }
}
