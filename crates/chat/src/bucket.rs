//! A bucket of S3, or of what speaks like it, to keep files in.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use object_store::{
    ClientOptions, ObjectStore, ObjectStoreExt as _, RetryConfig, aws::AmazonS3Builder, path::Path, prefix::PrefixStore,
};

use crate::{Fault, Result};

/// How long nothing at all may come from the bucket. A part takes as long on a slow line.
const SILENCE: Duration = Duration::from_mins(2);

/// How often a request that failed is made again, and for how long altogether.
const RETRIES: usize = 4;
const RETRYING: Duration = Duration::from_mins(3);

/// Where the bytes of files are kept.
#[derive(Clone, Debug)]
pub enum Uploads {
    /// In a folder, made if missing. No other place may use it.
    Folder(PathBuf),
    /// In a bucket, which must be there.
    Bucket {
        /// The bucket.
        bucket: Bucket,
        /// The folder for what is still under way; made if missing.
        staging: PathBuf,
    },
}

impl Uploads {
    /// The folder in which what is under way lies, and in a folder also what is whole.
    pub(crate) const fn staging(&self) -> &PathBuf {
        match self {
            Self::Folder(folder) | Self::Bucket { staging: folder, .. } => folder,
        }
    }
}

impl From<PathBuf> for Uploads {
    fn from(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }
}

/// A bucket, and what opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What the names of all objects begin with; may be empty.
    pub prefix: String,
    /// The region that it lies in.
    pub region: String,
    /// Where it is asked for; without it, at Amazon's.
    pub endpoint: Option<String>,
    /// Who asks.
    pub access_key_id: String,
    /// What proves it.
    pub secret_access_key: String,
    /// What proves it further, where both were lent for a time.
    pub session_token: Option<String>,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.name, self.prefix)
    }
}

impl Bucket {
    /// Opens the bucket, and writes and removes an object to see that it can be used.
    ///
    /// # Errors
    /// [`Fault::UploadsBucket`].
    pub(crate) async fn open(&self) -> Result<Arc<dyn ObjectStore>> {
        let objects = self.connect().map_err(|error| self.unusable(&error))?;
        let probe = Path::from("probe");
        let tried = async {
            objects.put(&probe, "Confab keeps files here.".into()).await?;
            objects.get(&probe).await?.bytes().await?;
            objects.delete(&probe).await
        };
        tried.await.map_err(|error| self.unusable(&error))?;
        Ok(objects)
    }

    fn connect(&self) -> object_store::Result<Arc<dyn ObjectStore>> {
        // The client takes the one that is there. Where there is one already, it is the same: no other is linked.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A file may take longer than any limit on all of a request.
        let client = ClientOptions::new().with_timeout_disabled().with_read_timeout(SILENCE);
        let retries = RetryConfig { max_retries: RETRIES, retry_timeout: RETRYING, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.name)
            .with_region(&self.region)
            .with_access_key_id(&self.access_key_id)
            .with_secret_access_key(&self.secret_access_key)
            .with_retry(retries)
            .with_client_options(client);
        if let Some(token) = &self.session_token {
            builder = builder.with_token(token);
        }
        if let Some(endpoint) = &self.endpoint {
            // Who writes http means it: a server on this machine or beside it.
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        Ok(Arc::new(PrefixStore::new(builder.build()?, self.prefix.as_str())))
    }

    fn unusable(&self, error: &object_store::Error) -> Fault {
        // No answer is known to repeat it, and none shall.
        let why = error.to_string().replace(&self.secret_access_key, "…");
        Fault::UploadsBucket(format!("{self:?}"), why)
    }
}
