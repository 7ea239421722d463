//! Who may look at the schema: the others are refused it, and are not told the nearest names of what it does not have.

use async_graphql::ServerError;

use crate::{config::Explore, domain::access::Principal};

/// With this the library begins to tell the nearest names.
const SUGGESTION: &str = " Did you mean \"";

/// The error of who may not look at the schema.
pub(super) fn closed(explore: Explore, principal: &Principal) -> ServerError {
    let (code, message) = match (explore, principal.actor()) {
        (Explore::Admins, Some(_)) => ("FORBIDDEN", "The schema is told to who has the scope platform:admin."),
        (Explore::Admins, None) => ("UNAUTHENTICATED", "The schema is told to admins: send `Authorization: Bearer <token>`."),
        _ => ("UNAUTHENTICATED", "The schema is told to who is signed in: send `Authorization: Bearer <token>`."),
    };
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}

/// Takes the nearest names out of what is told.
pub(in crate::http) fn without_suggestions(errors: &mut [ServerError]) {
    for error in errors.iter_mut().filter(|error| error.path.is_empty()) {
        if let Some(place) = error.message.find(SUGGESTION) {
            error.message.truncate(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_ends_before_the_nearest_names() {
        let told = "Unknown field \"titel\" on type \"Job\". Did you mean \"title\"?";
        let mut errors = [ServerError::new(told, None), ServerError::new("Something else.", None)];
        without_suggestions(&mut errors);
        assert_eq!(errors.map(|error| error.message), ["Unknown field \"titel\" on type \"Job\".", "Something else."]);
    }
}
