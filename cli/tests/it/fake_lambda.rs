//! Lambda, and the `subscriptions` function behind it.

use crate::fake_aws::FakeAws;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

/// The answers to give, and the requests that it got.
#[derive(Default)]
pub(crate) struct FakeLambda {
    /// By action. The last is given again and again.
    answers: Mutex<BTreeMap<String, VecDeque<Value>>>,
    /// The function's name, and the order.
    orders: Mutex<Vec<(String, Value)>>,
}

impl FakeLambda {
    /// Sets the next answer to this action.
    pub(crate) fn answers(&self, action: &str, answer: Value) {
        let mut answers = self.answers.lock().unwrap();
        answers
            .entry(action.to_owned())
            .or_default()
            .push_back(answer);
    }

    /// Sets the answer to this action from now on.
    pub(crate) fn now_answers(&self, action: &str, answer: Value) {
        self.answers.lock().unwrap().remove(action);
        self.answers(action, answer);
    }

    /// Every order, in turn.
    pub(crate) fn orders(&self) -> Vec<Value> {
        let orders = self.orders.lock().unwrap();
        orders.iter().map(|(_, order)| order.clone()).collect()
    }

    /// The actions of all orders, in turn.
    pub(crate) fn actions(&self) -> Vec<String> {
        let orders = self.orders();
        let action = |order: &Value| order["action"].as_str().unwrap().to_owned();
        orders.iter().map(action).collect()
    }

    /// The last order of an action.
    pub(crate) fn order(&self, action: &str) -> Value {
        let orders = self.orders();
        let mut orders = orders.into_iter().rev();
        orders.find(|order| order["action"] == action).unwrap()
    }

    /// The functions that were asked, in turn.
    pub(crate) fn functions(&self) -> Vec<String> {
        let orders = self.orders.lock().unwrap();
        orders
            .iter()
            .map(|(function, _)| function.clone())
            .collect()
    }

    fn answer(&self, function: String, order: Value) -> Option<Value> {
        let action = order["action"].as_str().unwrap().to_owned();
        self.orders.lock().unwrap().push((function, order));
        let mut answers = self.answers.lock().unwrap();
        let answers = answers.get_mut(&action)?;
        match answers.len() {
            1 => answers.front().cloned(),
            _ => answers.pop_front(),
        }
    }
}

/// Invokes a function; one that it does not know does not exist. An answer with `errorMessage` is
/// that of one that failed.
pub(crate) async fn invoke(
    State(aws): State<Arc<FakeAws>>,
    Path(function): Path<String>,
    body: Bytes,
) -> Response {
    let order: Value = serde_json::from_slice(&body).unwrap();
    let Some(answer) = aws.lambda.answer(function, order) else {
        let kind = [("x-amzn-errortype", "ResourceNotFoundException")];
        let body = json!({"Message": "said by the service"}).to_string();
        return (StatusCode::NOT_FOUND, kind, body).into_response();
    };
    let mut headers = HeaderMap::new();
    if answer.get("errorMessage").is_some() {
        headers.insert("x-amz-function-error", "Unhandled".parse().unwrap());
    }
    (headers, answer.to_string()).into_response()
}
