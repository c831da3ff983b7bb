//! The way out: what happens in the place and what other clients do, as far as it is for this one.

use std::sync::Arc;

use chat::{Delivery, Item, Published};
use protocol::{Event, PersonChange};

use super::{
    line::{Line, Mail},
    room,
    told::{Person, Translation, translate},
};
use crate::{engineio::Frame, error::Result, websocket::Close};

/// Tells what comes until the subscription ends.
pub async fn run(line: Arc<Line>) -> Close {
    let deliveries = line.subscription.deliveries();
    loop {
        tokio::select! {
            // In this order: who was put out of a room must not hear what was said in it afterwards.
            biased;
            delivery = deliveries.next() => match delivery {
                Delivery::Items(items) => {
                    let mut frames = Vec::new();
                    let outcome = tell(&line, &items, &mut frames).await;
                    line.session.pass_on(frames);
                    if let Err(fault) = outcome {
                        fault.report(&line.request_id);
                        // It has missed something; whoever comes back asks for it.
                        return Close::Restarting;
                    }
                }
                Delivery::Closed(reason) => return reason.into(),
            },
            mail = line.address.next() => deliver(&line, mail),
        }
    }
}

/// All that has queued, so that it leaves in one write.
async fn tell(line: &Line, items: &[Item], frames: &mut Vec<Frame>) -> Result<()> {
    for item in items {
        let Item::Event(published) = item else { continue };
        match published.event() {
            Event::Person { change: PersonChange::Gone { conversation_id }, .. } => {
                room::forget(line, *conversation_id);
            }
            Event::Person { change: PersonChange::Account { account }, .. } => {
                let person = Person::from(&account.user);
                line.state.socketio.0.public_chat.rename(&person);
                line.rename(person);
            }
            Event::Conversation { .. } => pass_on(line, published, frames).await?,
            Event::Person { .. } | Event::Place { .. } | Event::Typing { .. } | Event::Presence { .. } => {}
        }
    }
    Ok(())
}

/// Passes on what of it is for this client. That it may hear of the conversation at all, the hub has seen to.
async fn pass_on(line: &Line, published: &Published, frames: &mut Vec<Frame>) -> Result<()> {
    let made = published.once(async |published| Box::pin(translate(&line.state, published)).await).await?;
    let Some(Some(translation)): Option<&Option<Translation>> = made else { return Ok(()) };
    if line.hears(translation) {
        frames.push(translation.message.clone());
    }
    frames.extend(translation.public.clone().filter(|_| line.listens_publicly()));
    frames.extend(translation.private.clone());
    if let Some(direct) = translation.direct.as_ref().filter(|direct| direct.to == line.caller().user_id) {
        frames.push(direct.event(&line.person().username));
    }
    Ok(())
}

fn deliver(line: &Line, mail: Mail) {
    let welcome = mail.room.is_none_or(|id| line.has_joined(id) && line.state.chat.hears(line.caller().user_id, id));
    if welcome {
        line.session.pass_on([mail.packet]);
    }
}
