//! What text and pages cost: tokenizers, the rules for images, the table of models, prices.

pub mod models;
pub mod prices;
pub mod text;
pub mod vision;
