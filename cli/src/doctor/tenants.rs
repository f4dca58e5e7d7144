//! The fifth station: what is wanted, and for each tenant token, permissions and subscriptions.

mod entra;
mod permissions;
mod subscribed;

use crate::doctor::check::CheckOutcome;
use crate::doctor::code::{Code, FindingVerdict};
use crate::doctor::finding::Finding;
use crate::doctor::stack::{DeployedStack, StackFunction};
use teamwire_contract::check::{
    CheckAnswer, CheckPart, FileCheck, TenantCheck, TokenCheck, WantedCheck, WantedPayload,
};
use teamwire_contract::{reason, variable};

/// The settings of a stack that ingest and Entra have, as far as a tenant needs them.
struct TenantSettings<'a> {
    /// Root of the login service.
    login: &'a str,
    /// Apps whose rich notifications are taken.
    apps: Vec<&'a str>,
    /// Tenants that are served; all, if there are none.
    tenants: Vec<&'a str>,
    /// The secret of the credentials, where they are in one.
    secret: Option<&'a str>,
}

/// The findings about the tenants.
pub(crate) fn judge(stack: &DeployedStack, asked: &CheckOutcome) -> Vec<Finding> {
    let function = stack.full_name(StackFunction::Subscriptions);
    let check = match asked {
        CheckOutcome::Answered(check, _) => check,
        CheckOutcome::Failed(why) => {
            let what = format!("{function} fails when it is asked: {why}");
            return vec![Finding::new(Code::CheckFailed, what).with("stack", &stack.name)];
        }
        CheckOutcome::Unseen { why, remedy } => {
            let what = format!("{function} could not be asked: {why}");
            return vec![Finding::new(Code::CheckUnseen, what).with("remedy", remedy)];
        }
    };
    let mut findings: Vec<_> = of_file(check, stack).into_iter().collect();
    let settings = settings(stack);
    findings.extend(
        check
            .tenants
            .iter()
            .flat_map(|tenant| of_tenant(tenant, &settings)),
    );
    if check.tenants_left_out > 0 {
        let what = format!(
            "{} more tenants did not fit the answer; ask with --tenant",
            check.tenants_left_out
        );
        findings.push(Finding::new(Code::SubscriptionsUnseen, what).with("tenant", "<guid>"));
    }
    let full = |finding: Finding| finding.with("stack", &stack.name);
    findings.into_iter().map(full).collect()
}

fn settings(stack: &DeployedStack) -> TenantSettings<'_> {
    let list = |name| {
        let text = stack
            .variable(StackFunction::Ingest, name)
            .unwrap_or_default();
        let members = text.split(',').map(str::trim);
        members.filter(|member| !member.is_empty()).collect()
    };
    let cloud = stack.variable(StackFunction::Subscriptions, variable::CLOUD);
    let cloud = cloud
        .and_then(|cloud| cloud.parse().ok())
        .unwrap_or(teamwire_payload::cloud::MicrosoftCloud::Global);
    TenantSettings {
        login: cloud.login_root(),
        apps: list(variable::APP_IDS),
        tenants: list(variable::TENANTS),
        secret: stack.variable(StackFunction::Subscriptions, variable::CREDENTIALS_SECRET),
    }
}

fn of_file(check: &CheckAnswer, stack: &DeployedStack) -> Option<Finding> {
    match &check.file {
        CheckPart::Seen(FileCheck::Present {
            subscriptions: 0, ..
        }) => {
            let what = "subscriptions.toml asks for no subscription";
            Some(Finding::new(Code::NothingWanted, what))
        }
        CheckPart::Seen(FileCheck::Present { .. }) => None,
        CheckPart::Seen(FileCheck::Missing) => {
            let what = "there is no subscriptions.toml in the config bucket";
            Some(Finding::new(Code::DesiredMissing, what))
        }
        CheckPart::Unseen(fault) if fault.fault == reason::DESIRED_INVALID => {
            let what = match fault.lines.is_empty() {
                true => format!("subscriptions.toml: {}", fault.said),
                false => {
                    let lines: Vec<_> = fault.lines.iter().map(ToString::to_string).collect();
                    format!("subscriptions.toml, {}", lines.join("; "))
                }
            };
            Some(Finding::new(Code::DesiredInvalid, what))
        }
        CheckPart::Unseen(fault) => {
            let bucket = stack.variable(StackFunction::Subscriptions, variable::CONFIG_BUCKET);
            let what = format!("{} in the bucket {}", fault.said, bucket.unwrap_or("?"));
            Some(Finding::new(Code::ConfigUnavailable, what))
        }
    }
}

fn of_tenant(tenant: &TenantCheck, settings: &TenantSettings<'_>) -> Vec<Finding> {
    let id = tenant.tenant.as_str();
    let mut findings = Vec::new();
    let is_rich = tenant
        .wanted
        .iter()
        .any(|wanted| wanted.payload == WantedPayload::Rich);
    if !settings.tenants.is_empty()
        && !settings
            .tenants
            .iter()
            .any(|one| one.eq_ignore_ascii_case(id))
    {
        let what = format!("tenant {id}: it is not among TEAMWIRE_TENANTS of ingest");
        findings.push(Finding::new(Code::TenantNotServed, what));
    }
    let app = match &tenant.token {
        CheckPart::Unseen(fault) => {
            findings.push(entra::judge(id, fault, settings.secret));
            None
        }
        CheckPart::Seen(token) => {
            findings.extend(of_app(id, token, is_rich, settings));
            findings.extend(permissions::judge(id, &tenant.wanted, &token.roles));
            Some(token.app_id.as_str())
        }
    };
    if is_rich {
        findings.extend(of_assignment(tenant));
    }
    findings.extend(of_meetings(tenant));
    findings.extend(subscribed::judge(tenant, app));
    // One with a question mark may be in order for all the rest.
    if findings
        .iter()
        .all(|finding| finding.verdict() == FindingVerdict::Unknown)
        && app.is_some()
    {
        let live = tenant.wanted.len();
        let what =
            format!("tenant {id}: a token, every permission, {live} of {live} subscriptions live");
        findings.insert(0, Finding::new(Code::TenantInOrder, what));
    }
    // Without a token it is the app that ingest knows, if that is one alone.
    let known = match settings.apps.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let consent = consent(id, app.or(known), settings.login);
    let full = |finding: Finding| finding.with("tenant", id).with("consent", &consent);
    findings.into_iter().map(full).collect()
}

/// The address at which an administrator of the tenant consents to the app.
fn consent(tenant: &str, app: Option<&str>, login: &str) -> String {
    let app = app.unwrap_or("<app id>");
    format!("{login}/{tenant}/adminconsent?client_id={app}")
}

fn of_app(
    tenant: &str,
    token: &TokenCheck,
    is_rich: bool,
    settings: &TenantSettings<'_>,
) -> Option<Finding> {
    let app = &token.app_id;
    let is_known = settings
        .apps
        .iter()
        .any(|one| one.eq_ignore_ascii_case(app));
    let what = format!("tenant {tenant}: the app {app} is not among TEAMWIRE_APP_IDS of ingest");
    let finding = || Finding::new(Code::AppIdUnexpected, what).with("app", app);
    (is_rich && !is_known).then(finding)
}

fn of_meetings(tenant: &TenantCheck) -> Option<Finding> {
    let is_of_meetings = |wanted: &WantedCheck| wanted.row.contains("onlineMeetings");
    let first = tenant.wanted.iter().find(|wanted| is_of_meetings(wanted))?;
    let what = format!("tenant {}: {} is wanted", tenant.tenant, first.row);
    Some(Finding::new(Code::AccessPolicyUnseen, what))
}

fn of_assignment(tenant: &TenantCheck) -> Option<Finding> {
    let id = tenant.tenant.as_str();
    match &tenant.service_principal {
        CheckPart::Seen(principal) => {
            let what = format!("tenant {id}: appRoleAssignmentRequired of the app is true");
            let finding = || Finding::new(Code::AssignmentRequired, what);
            principal.app_role_assignment_required.then(finding)
        }
        // Said of the token already.
        CheckPart::Unseen(fault) if fault.fault == reason::NO_TOKEN => None,
        CheckPart::Unseen(fault) => {
            let what = format!(
                "tenant {id}: the app's own entry could not be read: {}",
                fault.said
            );
            Some(Finding::new(Code::AssignmentUnseen, what))
        }
    }
}

#[cfg(test)]
mod tests;
