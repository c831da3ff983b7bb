use leptos::prelude::*;
use protocol::{Action, MAX_DESCRIPTION_CHARACTERS, MAX_NAME_CHARACTERS, Project, Standing, Start};

use super::frame::{ProjectFrame, Tab};
use super::new::ProjectTyped;
use crate::components::form::{Alert, Confirm, Done, Field, Problem, TextArea};

/// Name, description, archiving and leaving, as far as the reader may.
#[component]
pub fn ProjectSettings(
    start: Start,
    project: Project,
    standing: Standing,
    /// What stands in the form: what is stored, or what was typed and refused.
    typed: ProjectTyped,
    problem: Problem,
    done: Option<Done>,
) -> impl IntoView {
    let rename = standing.may(Action::Rename);
    let fields: &[&str] = if rename { &["name", "description"] } else { &[] };
    let path = Tab::Settings.path(project.id);
    view! {
        <ProjectFrame start=start project=project.clone() tab=Tab::Settings done=done>
            <h2>"Settings"</h2>
            <Alert message=problem.beyond(fields)/>
            {rename.then(|| view! {
                <form class="form" method="post" action=path>
                    <Field label="Name" name="name" value=typed.name required=true most=MAX_NAME_CHARACTERS
                        hint="Its conversation is called the same." problem=problem.at("name")/>
                    <TextArea label="Description" name="description" value=typed.description
                        most=MAX_DESCRIPTION_CHARACTERS problem=problem.at("description")/>
                    <div class="actions"><button class="button primary">"Save"</button></div>
                </form>
            })}
            <Ending project=project standing=standing/>
        </ProjectFrame>
    }
    .into_any()
}

#[component]
fn Ending(project: Project, standing: Standing) -> impl IntoView {
    let archive = standing.may(Action::Archive);
    let heading = if archive { "Leaving and archiving" } else { "Leaving" };
    let path = format!("/p/{}", project.id);
    view! {
        <section class="part" aria-labelledby="ending">
            <h3 id="ending">{heading}</h3>
            <div class="actions">
                {standing.may(Action::Leave).then(|| view! {
                    <Confirm label="Leave…" yes="Leave" action=format!("{path}/leave")
                        question="You will no longer see the project, its conversations and its files. To come back, someone who is in must add you."/>
                })}
                {archive.then(|| view! { <Archiving action=format!("{path}/archive") archived=standing.archived/> })}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Archiving(action: String, archived: bool) -> impl IntoView {
    if archived {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="archived" value="false"/>
                <button class="button">"Open it again"</button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <Confirm label="Archive…" yes="Archive" action=action
                question="Nobody can post or upload any more. What is there stays, and you can open it again."/>
        }
        .into_any()
    }
}
