//! X-Ray trace headers: `Root=..;Parent=..;Sampled=..;Lineage=..`.

/// The member in which Lambda counts how often a chain of messages invoked each function.
const LINEAGE: &str = "Lineage";

/// `header` without its lineage: for the first message of a chain of its own, which what came before
/// it does not count towards. `None` if nothing is left.
pub fn without_lineage(header: &str) -> Option<String> {
    let is_lineage = |member: &str| {
        let (name, _) = member.split_once('=').unwrap_or((member, ""));
        name.trim().eq_ignore_ascii_case(LINEAGE)
    };
    let members: Vec<_> = header
        .split(';')
        .map(str::trim)
        .filter(|member| !member.is_empty() && !is_lineage(member))
        .collect();
    (!members.is_empty()).then(|| members.join(";"))
}

#[cfg(test)]
mod tests {
    use super::without_lineage;

    #[test]
    fn only_the_lineage_goes() {
        for (header, left) in [
            (
                "Root=1-a;Parent=b;Sampled=0;Lineage=1:2c8e0f1d:16",
                Some("Root=1-a;Parent=b;Sampled=0"),
            ),
            ("Lineage=1:2c8e0f1d:16;Root=1-a", Some("Root=1-a")),
            (
                "Root=1-a; lineage=2c8e0f1d:1|0a1b2c3d:4 ;Self=1-c",
                Some("Root=1-a;Self=1-c"),
            ),
            ("Root=1-a", Some("Root=1-a")),
            ("Lineage=1:2c8e0f1d:16", None),
            ("", None),
        ] {
            assert_eq!(without_lineage(header).as_deref(), left, "{header}");
        }
    }
}
