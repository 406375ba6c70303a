//! What a request may hold.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The limits of an interface. What is not known is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Images in one request.
    #[serde(default)]
    pub images: Option<u64>,
    /// Bytes of one image.
    #[serde(default)]
    pub image_bytes: Option<u64>,
    /// Bytes of one request, or of all of its images.
    #[serde(default)]
    pub request_bytes: Option<u64>,
    /// Whether bytes are counted after base64 (4 for every 3).
    #[serde(default)]
    pub base64: Option<bool>,
    /// Longest side in pixels.
    #[serde(default)]
    pub max_side: Option<u32>,
    /// A lower `max_side` for requests with many images.
    #[serde(default)]
    pub many_images: Option<ManyImages>,
    /// Shortest side in pixels.
    #[serde(default)]
    pub min_side: Option<u32>,
    /// Longest side ÷ shortest side.
    #[serde(default)]
    pub max_aspect: Option<u32>,
}

/// A side limit for requests with many images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManyImages {
    /// It applies to requests with more images than this.
    pub above: u64,
    /// Longest side in pixels then.
    pub max_side: u32,
}

/// What a request would hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Images.
    pub images: u64,
    /// The longest side of any image, in pixels.
    pub longest_side: u32,
    /// The shortest side of any image, in pixels.
    pub shortest_side: u32,
    /// Bytes of the largest image file.
    pub largest_bytes: u64,
    /// Bytes of all image files.
    pub total_bytes: u64,
    /// Bytes of the whole request, where they are known.
    pub request_bytes: Option<u64>,
}

impl Load {
    /// Adds an image of `width` × `height` pixels.
    pub fn add(&mut self, width: u32, height: u32, bytes: u64) {
        let shortest = if self.images == 0 { u32::MAX } else { self.shortest_side };
        self.images += 1;
        self.longest_side = self.longest_side.max(width.max(height));
        self.shortest_side = shortest.min(width.min(height));
        self.largest_bytes = self.largest_bytes.max(bytes);
        self.total_bytes += bytes;
    }
}

/// A limit that a request would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Overrun {
    /// Too many images.
    #[error("{images} images, at most {limit} a request")]
    Images {
        /// Images that would be sent.
        images: u64,
        /// Images allowed.
        limit: u64,
    },
    /// An image of too many bytes.
    #[error("an image of {bytes} bytes, at most {limit}")]
    ImageBytes {
        /// Bytes as the limit counts them.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// A request of too many bytes.
    #[error("{bytes} bytes, at most {limit} a request")]
    RequestBytes {
        /// Bytes as the limit counts them: of the request where they are known, else of its images.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// A side that is too long.
    #[error("a side of {side} px, at most {limit}")]
    LongSide {
        /// The side in pixels.
        side: u32,
        /// Pixels allowed.
        limit: u32,
    },
    /// A side that is too long beside so many images.
    #[error("a side of {side} px, at most {limit} with more than {above} images")]
    ManyImages {
        /// The side in pixels.
        side: u32,
        /// Pixels allowed.
        limit: u32,
        /// Images up to which longer sides are allowed.
        above: u64,
    },
    /// A side that is too short.
    #[error("a side of {side} px, at least {limit}")]
    ShortSide {
        /// The side in pixels.
        side: u32,
        /// Pixels needed.
        limit: u32,
    },
}

impl Limits {
    /// Every limit that `load` would break, in the order of the fields. `max_aspect` is for single
    /// images and is not looked at here; a rule that has it rejects by itself.
    pub fn check(&self, load: &Load) -> Vec<Overrun> {
        let sent = |bytes: u64| {
            if self.base64 == Some(true) { bytes.div_ceil(3).saturating_mul(4) } else { bytes }
        };
        let (largest, images_total) = (sent(load.largest_bytes), sent(load.total_bytes));
        // A limit on bytes as they are sent is one on the request, not on its images alone.
        let known = load.request_bytes.filter(|_| self.base64 == Some(true));
        let total = known.unwrap_or(images_total);
        let (images, longest) = (load.images, load.longest_side);
        let over = |value: u64, limit: Option<u64>| limit.filter(|limit| value > *limit);
        let mut found = Vec::new();
        found.extend(over(images, self.images).map(|limit| Overrun::Images { images, limit }));
        found.extend(
            over(largest, self.image_bytes)
                .map(|limit| Overrun::ImageBytes { bytes: largest, limit }),
        );
        found.extend(
            over(total, self.request_bytes)
                .map(|limit| Overrun::RequestBytes { bytes: total, limit }),
        );
        let long = self.max_side.filter(|limit| longest > *limit);
        found.extend(long.map(|limit| Overrun::LongSide { side: longest, limit }));
        let many = self.many_images.filter(|many| images > many.above && longest > many.max_side);
        found.extend(many.map(|many| Overrun::ManyImages {
            side: longest,
            limit: many.max_side,
            above: many.above,
        }));
        let shortest = load.shortest_side;
        let short = self.min_side.filter(|limit| images > 0 && shortest < *limit);
        found.extend(short.map(|limit| Overrun::ShortSide { side: shortest, limit }));
        found
    }

    /// These limits, with what is missing taken from `base`.
    pub(super) fn or(self, base: &Self) -> Self {
        Self {
            images: self.images.or(base.images),
            image_bytes: self.image_bytes.or(base.image_bytes),
            request_bytes: self.request_bytes.or(base.request_bytes),
            base64: self.base64.or(base.base64),
            max_side: self.max_side.or(base.max_side),
            many_images: self.many_images.or(base.many_images),
            min_side: self.min_side.or(base.min_side),
            max_aspect: self.max_aspect.or(base.max_aspect),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_broken_limit_is_named() {
        let limits = Limits {
            images: Some(100),
            image_bytes: Some(10),
            base64: Some(true),
            max_side: Some(8000),
            many_images: Some(ManyImages { above: 20, max_side: 2000 }),
            min_side: Some(8),
            ..Limits::default()
        };
        let load = Load {
            images: 20,
            longest_side: 2576,
            shortest_side: 1456,
            largest_bytes: 6,
            total_bytes: 120,
            request_bytes: None,
        };
        assert_eq!(limits.check(&load), []);
        let many = Load { images: 21, ..load };
        assert!(matches!(limits.check(&many)[..], [Overrun::ManyImages { side: 2576, .. }]));
        let heavy = Load { largest_bytes: 7, shortest_side: 7, ..load };
        let messages: Vec<String> = limits.check(&heavy).iter().map(Overrun::to_string).collect();
        assert_eq!(messages, ["an image of 12 bytes, at most 10", "a side of 7 px, at least 8"]);
        // Bytes of the request count as they are, where they are what the limit is on.
        let limits = |base64| Limits { request_bytes: Some(200), base64, ..Limits::default() };
        let whole = Load { request_bytes: Some(201), ..load };
        let over = [Overrun::RequestBytes { bytes: 201, limit: 200 }];
        assert_eq!(limits(Some(true)).check(&whole), over);
        assert_eq!(limits(Some(true)).check(&Load { request_bytes: Some(200), ..load }), []);
        assert_eq!(limits(None).check(&whole), []);
    }
}
