//! How signatures of tokens are verified: by ring, which TLS brings along, so that no second cryptography is compiled in.

use jsonwebtoken::{
    Algorithm, DecodingKey, DecodingKeyKind, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result},
    signature::{Error, Verifier},
};
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};

/// Takes ring for all tokens of this process. Done twice, it is done once.
pub(super) fn install() {
    static RING: CryptoProvider =
        CryptoProvider { signer_factory: signer, verifier_factory: verifier, key_utils: KeyUtils::new_unimplemented() };
    // Fails when it is taken already, which is as good.
    let (Ok(()) | Err(_)) = RING.install_default();
}

/// Nothing is signed here.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that the crate asks for")]
fn signer(_algorithm: &Algorithm, _key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    Err(ErrorKind::UnsupportedAlgorithm.into())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that the crate asks for")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    if key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    let check = match (algorithm, key.kind()) {
        (Algorithm::ES256, DecodingKeyKind::SecretOrDer(point)) => Check::Point(&signature::ECDSA_P256_SHA256_FIXED, point.clone()),
        (Algorithm::ES384, DecodingKeyKind::SecretOrDer(point)) => Check::Point(&signature::ECDSA_P384_SHA384_FIXED, point.clone()),
        (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(point)) => Check::Point(&signature::ED25519, point.clone()),
        (_, DecodingKeyKind::RsaModulusExponent { n, e }) => {
            Check::Rsa(rsa(*algorithm)?, RsaPublicKeyComponents { n: n.clone(), e: e.clone() })
        }
        _ => return Err(ErrorKind::UnsupportedAlgorithm.into()),
    };
    Ok(Box::new(Ring { algorithm: *algorithm, check }))
}

/// Moduli of 2,048 bits and more: ring takes no weaker ones.
fn rsa(algorithm: Algorithm) -> Result<&'static signature::RsaParameters> {
    Ok(match algorithm {
        Algorithm::RS256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &signature::RSA_PSS_2048_8192_SHA512,
        _ => return Err(ErrorKind::UnsupportedAlgorithm.into()),
    })
}

enum Check {
    Point(&'static dyn signature::VerificationAlgorithm, Vec<u8>),
    Rsa(&'static signature::RsaParameters, RsaPublicKeyComponents<Vec<u8>>),
}

struct Ring {
    algorithm: Algorithm,
    check: Check,
}

impl Verifier<Vec<u8>> for Ring {
    fn verify(&self, message: &[u8], given: &Vec<u8>) -> std::result::Result<(), Error> {
        match &self.check {
            Check::Point(algorithm, point) => UnparsedPublicKey::new(*algorithm, point).verify(message, given),
            Check::Rsa(parameters, key) => key.verify(parameters, message, given),
        }
        .map_err(|_| Error::new())
    }
}

impl JwtVerifier for Ring {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
