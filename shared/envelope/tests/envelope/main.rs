//! The envelope from outside: what Graph sealed, what others seal, what nobody should open, and
//! what a key service answers.

#[cfg(test)]
mod debug;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod kms;
#[cfg(test)]
mod known_answers;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod oaep;
#[cfg(test)]
mod parties;
#[cfg(test)]
mod pem;
#[cfg(test)]
mod real;
#[cfg(test)]
mod tampering;
