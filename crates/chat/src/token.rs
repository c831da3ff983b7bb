//! Tokens: a JWT (HS256) that names a row of `sessions`. It proves nothing by itself once that row is revoked.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use protocol::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::{Fault, Result};

/// Makes and checks tokens.
pub(crate) struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

/// What a token says. `sub` is text by RFC 7519, 4.1.2; times are whole seconds.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    sid: i64,
    exp: i64,
    iat: i64,
    /// Makes two tokens of one second differ.
    jti: String,
}

/// What a good token names.
#[derive(Clone, Copy)]
pub(crate) struct Named {
    pub(crate) user_id: UserId,
    pub(crate) session_id: SessionId,
    pub(crate) expires_at: Timestamp,
}

impl Tokens {
    pub(crate) fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "sub"]);
        // Expiry is checked by the session, against the clock that is a parameter.
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self { encoding: EncodingKey::from_secret(secret), decoding: DecodingKey::from_secret(secret), validation }
    }

    pub(crate) fn issue(
        &self,
        user_id: UserId,
        session_id: SessionId,
        now: Timestamp,
        expires_at: Timestamp,
        nonce: [u8; 8],
    ) -> Result<String> {
        let claims = Claims {
            sub: user_id.to_string(),
            sid: session_id.0,
            exp: expires_at.0 / 1000,
            iat: now.0 / 1000,
            jti: format!("{:016x}", u64::from_be_bytes(nonce)),
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding);
        Ok(token.map_err(Fault::from)?)
    }

    /// What `token` names, if we signed it and it hasn't expired at `now`.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Option<Named> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        let expires_at = Timestamp(claims.exp.checked_mul(1000)?);
        let user_id = claims.sub.parse().ok()?;
        (expires_at > now).then_some(Named { user_id, session_id: SessionId(claims.sid), expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn token(tokens: &Tokens) -> String {
        tokens.issue(UserId(7), SessionId(3), NOW, NOW.plus_seconds(60), [1; 8]).expect("signs")
    }

    #[test]
    fn a_token_names_its_session_until_it_expires() {
        let tokens = Tokens::new(&[7; 32]);
        let token = token(&tokens);
        let named = tokens.read(&token, NOW).expect("good");
        assert_eq!((named.user_id, named.session_id), (UserId(7), SessionId(3)));
        assert!(tokens.read(&token, NOW.plus_seconds(60)).is_none());
    }

    #[test]
    fn a_token_of_another_secret_or_without_a_signature_is_worthless() {
        let theirs = token(&Tokens::new(&[8; 32]));
        let ours = Tokens::new(&[7; 32]);
        assert!(ours.read(&theirs, NOW).is_none());
        // {"alg":"none","typ":"JWT"}
        let payload = theirs.split('.').nth(1).expect("three parts");
        assert!(ours.read(&format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}."), NOW).is_none());
    }
}
