//! Settings, read once at start from the environment.

use std::fmt::Display;

/// Reads variables through a lookup, so that tests need no process environment.
pub struct EnvironmentReader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
}

/// A variable is missing or has a value that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}")]
pub struct ConfigFault {
    /// The variable's name.
    pub variable: String,
    /// The problem with it; never its value.
    pub problem: String,
}

impl<'a> EnvironmentReader<'a> {
    /// `lookup` gives the value of a variable.
    pub fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup }
    }

    /// The variable's value; one that is empty counts as unset.
    pub fn optional(&self, variable: &str) -> Option<String> {
        (self.lookup)(variable).filter(|value| !value.trim().is_empty())
    }

    /// The variable's value.
    ///
    /// # Errors
    /// [`ConfigFault`] where it is unset or empty.
    pub fn required(&self, variable: &str) -> Result<String, ConfigFault> {
        self.optional(variable)
            .ok_or_else(|| Self::fault(variable, "must be set"))
    }

    /// The members of a comma-separated list, each parsed; none where the variable is unset.
    ///
    /// # Errors
    /// [`ConfigFault`] where one can't be parsed.
    pub fn list<T, E: Display>(
        &self,
        variable: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Vec<T>, ConfigFault> {
        let value = self.optional(variable).unwrap_or_default();
        value
            .split(',')
            .map(str::trim)
            .filter(|member| !member.is_empty())
            .map(|member| parse(member).map_err(|fault| Self::fault(variable, fault)))
            .collect()
    }

    /// The parsed value, or the default where the variable is unset.
    ///
    /// # Errors
    /// [`ConfigFault`] where it can't be parsed.
    pub fn parsed<T, E: Display>(
        &self,
        variable: &str,
        default: T,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, ConfigFault> {
        match self.optional(variable) {
            Some(value) => parse(value.trim()).map_err(|fault| Self::fault(variable, fault)),
            None => Ok(default),
        }
    }

    /// A fault of `variable`. `problem` must not hold its value, which may be a secret.
    pub fn fault(variable: &str, problem: impl Display) -> ConfigFault {
        ConfigFault {
            variable: variable.to_owned(),
            problem: problem.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Option<String> {
        match name {
            "EMPTY" => Some(" ".into()),
            "LIST" => Some("1, 2,,3 ".into()),
            "BAD" => Some("1,x".into()),
            _ => None,
        }
    }

    #[test]
    fn a_fault_names_the_variable_and_not_its_value() {
        let env = EnvironmentReader::new(&lookup);
        assert_eq!(
            env.required("UNSET").unwrap_err().to_string(),
            "UNSET: must be set"
        );
        assert_eq!(
            env.required("EMPTY").unwrap_err().to_string(),
            "EMPTY: must be set"
        );
        let fault = env.list("BAD", |member| member.parse::<u8>()).unwrap_err();
        assert_eq!(fault.to_string(), "BAD: invalid digit found in string");
    }

    #[test]
    fn lists_are_trimmed_and_may_be_absent() {
        let env = EnvironmentReader::new(&lookup);
        assert_eq!(
            env.list("LIST", |member| member.parse::<u8>()),
            Ok(vec![1, 2, 3])
        );
        assert_eq!(env.list("UNSET", |member| member.parse::<u8>()), Ok(vec![]));
        assert_eq!(env.parsed("UNSET", 7, |text| text.parse::<u8>()), Ok(7));
    }
}
