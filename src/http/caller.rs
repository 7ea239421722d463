//! Who asks, as far as it counts for how much: by the credential first, by the address only without one.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use crate::domain::access::Principal;

/// The header to which each proxy adds the address that it was called from.
const FORWARDED: &str = "x-forwarded-for";

/// Whose bucket it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    /// A credential: the kind and the id of who it stands for.
    Credential(String),
    /// An address without a credential; of IPv6 the first half, which is one network.
    Address(IpAddr),
    /// Whoever comes from no address that is known.
    Nameless,
}

impl Who {
    /// Of a caller at an address.
    pub(super) fn of(principal: &Principal, address: Option<IpAddr>) -> Self {
        match principal.actor() {
            Some(actor) => Self::Credential(format!("{}:{}", actor.kind.name(), actor.id)),
            None => Self::at(address),
        }
    }

    /// Of somebody without a credential.
    pub(super) fn at(address: Option<IpAddr>) -> Self {
        address.map_or(Self::Nameless, |address| Self::Address(network(address)))
    }

    pub(super) fn is_signed_in(&self) -> bool {
        matches!(self, Self::Credential(_))
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

/// The other end of the connection; none where the server does not tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())))
    }
}

impl Peer {
    /// The address of the caller behind so many proxies, each of which has added one to the header. What stands before those
    /// anybody may have written.
    pub(super) fn caller(self, headers: &HeaderMap, trusted_proxies: usize) -> Option<IpAddr> {
        if trusted_proxies == 0 {
            return self.0;
        }
        let told = headers.get_all(FORWARDED).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        let told: Vec<_> = told.map(str::trim).collect();
        let place = told.len().saturating_sub(trusted_proxies);
        told.get(place).and_then(|text| address(text)).or(self.0)
    }
}

/// An address, with a port or without.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.trim_matches(['[', ']']);
    plain.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(told: &[&str], proxies: usize) -> String {
        let headers = told.iter().map(|value| (FORWARDED.parse().expect("a name"), value.parse().expect("a header"))).collect();
        let peer = Peer(Some([10, 0, 0, 1].into()));
        peer.caller(&headers, proxies).map(|address| address.to_string()).unwrap_or_default()
    }

    #[test]
    fn only_what_trusted_proxies_added_is_believed() {
        for (told, proxies, expected) in [
            (&[][..], 0, "10.0.0.1"),
            (&["1.2.3.4"], 0, "10.0.0.1"),
            (&["1.2.3.4"], 1, "1.2.3.4"),
            (&["6.6.6.6, 1.2.3.4"], 1, "1.2.3.4"),
            (&["6.6.6.6", "1.2.3.4"], 1, "1.2.3.4"),
            (&["6.6.6.6, 1.2.3.4, 10.0.0.2"], 2, "1.2.3.4"),
            (&["1.2.3.4"], 2, "1.2.3.4"),
            (&["1.2.3.4:5678"], 1, "1.2.3.4"),
            (&["[2001:db8::1]:80"], 1, "2001:db8::1"),
            (&["[2001:db8::1]"], 1, "2001:db8::1"),
            (&["unknown"], 1, "10.0.0.1"),
            (&[""], 1, "10.0.0.1"),
        ] {
            assert_eq!(caller(told, proxies), expected, "{told:?} behind {proxies}");
        }
        assert_eq!(Peer(None).caller(&HeaderMap::new(), 0), None);
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        let who = |text: &str| Who::at(text.parse().ok());
        assert_eq!(who("2001:db8:0:1::1"), who("2001:db8:0:1:ffff::2"));
        assert_ne!(who("2001:db8:0:1::1"), who("2001:db8:0:2::1"));
        assert_eq!(who("::ffff:1.2.3.4"), who("1.2.3.4"));
    }
}
