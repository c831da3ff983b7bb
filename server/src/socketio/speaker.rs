//! The way out: what happens in the place and what other clients do, as far as it is for this one.

use chat::{Delivery, Item, Published};
use protocol::{Event, PersonChange};
use tokio::sync::mpsc;

use super::{
    line::{Line, Mail},
    room,
    told::{Person, Translation, translate},
};
use crate::{error::Result, websocket::Close};

/// Tells what comes until the subscription ends.
pub async fn run(line: &Line, mut letters: mpsc::Receiver<Mail>) -> Close {
    loop {
        tokio::select! {
            // In this order: who was put out of a room must not hear what was said in it afterwards.
            biased;
            delivery = line.subscription.next() => match delivery {
                Delivery::Items(items) => {
                    for item in items {
                        let Item::Event(published) = item else { continue };
                        if let Err(fault) = tell(line, &published).await {
                            fault.report(&line.session.request_id);
                            // It has missed something; whoever comes back asks for it.
                            return Close::Restarting;
                        }
                    }
                }
                Delivery::Closed(reason) => return reason.into(),
            },
            Some(mail) = letters.recv() => deliver(line, mail),
        }
    }
}

async fn tell(line: &Line, published: &Published) -> Result<()> {
    match published.event() {
        Event::Person { change: PersonChange::Gone { conversation_id }, .. } => room::forget(line, *conversation_id),
        Event::Person { change: PersonChange::Account { account }, .. } => {
            let person = Person::from(&account.user);
            line.state.socketio.0.public_chat.rename(&person);
            line.rename(person);
        }
        Event::Conversation { .. } => {
            let made = published.once(async |published| translate(&line.state, published).await).await?;
            if let Some(Some(translation)) = made {
                pass_on(line, translation);
            }
        }
        Event::Person { .. } | Event::Place { .. } | Event::Typing { .. } | Event::Presence { .. } => {}
    }
    Ok(())
}

/// Passes on what of it is for this client. That it may hear of the conversation at all, the hub has seen to.
fn pass_on(line: &Line, translation: &Translation) {
    let session = &line.session;
    if line.hears(translation) {
        session.pass_on(translation.message.clone());
    }
    if let Some(public) = &translation.public
        && line.state.socketio.0.public_chat.has(line.caller().user_id, line.address.id)
    {
        session.pass_on(public.clone());
    }
    if let Some(private) = &translation.private {
        session.pass_on(private.clone());
    }
    if let Some(direct) = translation.direct.as_ref().filter(|direct| direct.to == line.caller().user_id) {
        session.pass_on(direct.event(&line.person().username));
    }
}

fn deliver(line: &Line, mail: Mail) {
    let welcome = mail.room.is_none_or(|id| line.has_joined(id) && line.state.chat.hears(line.caller().user_id, id));
    if welcome {
        line.session.pass_on(mail.packet);
    }
}
