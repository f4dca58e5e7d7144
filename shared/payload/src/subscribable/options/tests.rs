use super::*;

const USER: &str = "9a6eb4d1-826b-48b1-9627-b50836c8fee9";

#[test]
fn every_option_is_read_and_written() {
    for (query, written) in [
        ("$search=Hello", "$search=Hello"),
        ("model=A", ""),
        ("model=B&$search=a b", "$search=a b"),
        ("%24search=a%20b", "$search=a b"),
        ("$Search=100%25%26%2b%23", "$search=100%25%26%2B%23"),
        (
            "NotifyOnUserSpecificProperties=True",
            "notifyOnUserSpecificProperties=true",
        ),
        (
            "$filter=(scopeInfo/scope+eq+%27Team%27)",
            "$filter=(scopeInfo/scope eq 'team')",
        ),
        (
            "notifyOnUserSpecificProperties=true",
            "notifyOnUserSpecificProperties=true",
        ),
        (
            "$notifyOnUserSpecificProperties=true",
            "notifyOnUserSpecificProperties=true",
        ),
        ("notifyOnUserSpecificProperties=false", ""),
        (
            "suppressNotificationWhenSharedUnsharedWithTeam=true&notifyOnIndirectMembershipUpdate=true",
            "notifyOnIndirectMembershipUpdate=true&suppressNotificationWhenSharedUnsharedWithTeam=true",
        ),
        (
            "$filter= (scopeInfo/scope eq 'team')  or (scopeInfo/scope eq 'personal')&useResourceSpecificConsentBasedAuthorization=true",
            "$filter=(scopeInfo/scope eq 'personal') or (scopeInfo/scope eq 'team')&useResourceSpecificConsentBasedAuthorization=true",
        ),
    ] {
        let options = PathOptions::parse(query).unwrap();
        assert_eq!(options.to_string(), written, "{query}");
        assert_eq!(PathOptions::parse(written).unwrap(), options, "{query}");
    }
    let participants = format!("$filter=participants/any(p:p/id in ('{USER}','{USER}'))");
    for spelling in [
        participants.clone(),
        participants.replace("p:p", "x : x").replace("','", "', '"),
        participants.replace(USER, &USER.to_uppercase()),
    ] {
        let options = PathOptions::parse(&spelling).unwrap();
        assert_eq!(options.to_string(), participants, "{spelling}");
    }
    let mentions = format!("$filter=mentions/any(u: u/mentioned/user/id eq '{USER}')");
    for spelling in [
        mentions.clone(),
        mentions.replace(' ', "%20").replace('$', "%24"),
        mentions.replace(USER, &USER.to_uppercase()),
        mentions.replace("mentions/any", "Mentions/Any"),
        mentions.replace("u: u/", "u:u/"),
        mentions.replace("u: u/", "mention : mention/"),
        mentions.replace("u: u/", " x: x/").replace("')", "' )"),
    ] {
        let options = PathOptions::parse(&spelling).unwrap();
        assert_eq!(options.to_string(), mentions, "{spelling}");
    }
}

#[test]
fn what_graph_would_not_understand_is_refused() {
    for query in [
        "$select=id",
        "$expand=members",
        "$search=",
        "$search=a\r\nb",
        "$search=a%0ab",
        "$search=100%",
        "$search=%ff",
        "$search=a&$search=b",
        "$filter=",
        "$filter=scopeInfo/scope eq 'tenant'",
        "$filter=mentions/any(u: u/mentioned/user/id eq 'me')",
        "$filter=mentions/any(u: v/mentioned/user/id eq '9a6eb4d1-826b-48b1-9627-b50836c8fee9')",
        "$filter=mentions/any(: /mentioned/user/id eq '9a6eb4d1-826b-48b1-9627-b50836c8fee9')",
        "$filter=mentions/any(u: u/mentioned/user/id eq '9a6eb4d1-826b-48b1-9627-b50836c8fee9'",
        "$filter=participants/any(p: q/id eq '9a6eb4d1-826b-48b1-9627-b50836c8fee9')",
        "$filter=lastModifiedDateTime gt 2026-01-01",
        "notifyOnUserSpecificProperties=yes",
        "useResourceSpecificConsentBasedAuthorization",
    ] {
        assert!(PathOptions::parse(query).is_err(), "{query}");
    }
}
