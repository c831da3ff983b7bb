use leptos::prelude::*;
use protocol::FileVersion;

use super::for_good::ForGood;
use crate::pages::moment::Moment;
use crate::pages::size::size;

/// The versions of a file, the newest first.
#[component]
pub fn Versions(
    /// The file's address.
    path: String,
    /// Each version, what whoever uploaded it is called, and whether the reader may delete it.
    versions: Vec<(FileVersion, String, bool)>,
    /// Whether the reader may make another one the newest.
    restorable: bool,
) -> impl IntoView {
    let newest = versions.first().map(|(version, ..)| version.number);
    let several = versions.len() > 1;
    let rows = versions.into_iter().map(|(version, uploader, deletable)| {
        let at = format!("{path}/versions/{}", version.number);
        let old = Some(version.number) != newest;
        let bytes = size(u64::try_from(version.size).unwrap_or_default());
        view! {
            <li class="row">
                <div class="what">
                    <a class="title" href=at.clone()>{format!("Version {}", version.number)}</a>
                    {(!old).then(|| view! { <span class="tag strong">"Newest"</span> })}
                    <p class="meta">{bytes} " · " {uploader} " · " <Moment at=version.uploaded_at/></p>
                </div>
                {(old && restorable).then(|| view! {
                    <form method="post" action=format!("{at}/restore")>
                        <button class="button">"Make this the newest"</button>
                    </form>
                })}
                {(several && deletable).then(|| view! {
                    <ForGood label=format!("Delete version {}…", version.number) action=format!("{at}/delete")/>
                })}
            </li>
        }
    });
    view! {
        <section class="part" aria-labelledby="versions">
            <h3 id="versions">"Versions"</h3>
            <ul class="list">{rows.collect_view()}</ul>
            <p class="hint">"What is uploaded under this name into the same folder becomes the newest version."</p>
        </section>
    }
    .into_any()
}
