//! Settings of a bucket for uploads, by the names that every client of S3 reads.

use chat::Bucket;
use clap::Args;

/// What opens a bucket.
#[derive(Clone, Debug, Args)]
pub struct AwsSettings {
    /// Who asks for the bucket of `CONFAB_UPLOADS`.
    #[arg(long = "aws-access-key-id", global = true, env = "AWS_ACCESS_KEY_ID", hide_env_values = true)]
    access_key_id: Option<String>,

    /// What proves it.
    #[arg(long = "aws-secret-access-key", global = true, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    secret_access_key: Option<String>,

    /// What proves it further, where both were lent for a time.
    #[arg(long = "aws-session-token", global = true, env = "AWS_SESSION_TOKEN", hide_env_values = true)]
    session_token: Option<String>,

    /// The region that the bucket lies in.
    #[arg(long = "aws-region", global = true, env = "AWS_REGION", default_value = "us-east-1", hide_env_values = true)]
    region: String,

    /// Where the bucket is asked for, if not at Amazon’s: `https://minio.example.org`. With `http://` everything goes over
    /// the wire as it is, which is good for a server on the same machine.
    #[arg(long = "aws-endpoint-url", global = true, env = "AWS_ENDPOINT_URL", value_parser = endpoint, hide_env_values = true)]
    endpoint_url: Option<String>,
}

impl AwsSettings {
    /// The bucket of this address, written without its `s3://`.
    ///
    /// # Errors
    /// A sentence that says what is missing.
    pub fn bucket(&self, address: &str) -> Result<Bucket, String> {
        let (name, prefix) = address.split_once('/').unwrap_or((address, ""));
        let good = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if name.is_empty() || !name.chars().all(good) {
            return Err("it is written as s3://bucket or s3://bucket/prefix".to_owned());
        }
        let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let Some((access_key_id, secret_access_key)) = given(&self.access_key_id).zip(given(&self.secret_access_key))
        else {
            return Err("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set".to_owned());
        };
        Ok(Bucket {
            name: name.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            region: self.region.clone(),
            endpoint: self.endpoint_url.clone(),
            access_key_id,
            secret_access_key,
            session_token: given(&self.session_token),
        })
    }
}

fn endpoint(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let authority = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match authority {
        Some(authority) if !authority.is_empty() && !authority.contains(['?', '#', '@']) => Ok(text.to_owned()),
        _ => Err("write it as https://s3.example.org, or with http:// if it may be overheard".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::settings::CommandLine;

    fn uploads(arguments: &[&str]) -> Result<chat::Uploads, String> {
        let all = ["confab", "--data", "/place"].iter().chain(arguments);
        CommandLine::try_parse_from(all).expect("arguments that are understood").settings.uploads()
    }

    const KEYS: [&str; 4] = ["--aws-access-key-id", "ada", "--aws-secret-access-key", "hush"];

    #[test]
    fn a_bucket_is_an_address_and_what_opens_it() {
        for (address, written) in
            [("s3://files", "s3://files/"), ("s3://files/", "s3://files/"), ("s3://f.b/a/b/", "s3://f.b/a/b")]
        {
            let uploads = uploads(&[&["--uploads", address][..], &KEYS].concat());
            let Ok(chat::Uploads::Bucket { bucket, staging }) = uploads else { panic!("no bucket: {uploads:?}") };
            assert_eq!((format!("{bucket:?}").as_str(), bucket.region.as_str()), (written, "us-east-1"));
            assert_eq!(staging.to_str(), Some("/place/uploads"), "what is under way lies on this machine");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let why = uploads(&["--uploads", "s3://files", "--aws-access-key-id", "ada"]).expect_err("no secret");
        assert_eq!(why, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set");
        for address in ["s3://", "s3:///files", "s3://a b/c"] {
            let why = uploads(&[&["--flask-uploads", address][..], &KEYS].concat()).expect_err(address);
            assert!(why.contains("s3://bucket/prefix"), "{why}");
        }
    }

    #[test]
    fn an_endpoint_says_whether_it_may_be_overheard() {
        assert_eq!(endpoint("https://s3.example.org/").as_deref(), Ok("https://s3.example.org"));
        assert_eq!(endpoint("http://127.0.0.1:9000").as_deref(), Ok("http://127.0.0.1:9000"));
        for text in ["s3.example.org", "ftp://s3", "https://", "https://ada:hush@s3"] {
            assert!(endpoint(text).is_err(), "{text}");
        }
    }
}
