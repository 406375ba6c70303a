//! A profile that is ready to draw.

use std::sync::Arc;

use super::Profile;
use crate::error::Result;
use crate::layout::Geometry;
use crate::raster::Ink;
use crate::typeface::Typeface;

/// What a profile comes to: its typeface, loaded, and where things are on its pages.
pub struct Look {
    /// The letters.
    pub typeface: Arc<Typeface>,
    /// Where things are.
    pub geometry: Geometry,
    /// How ink becomes gray.
    pub ink: Ink,
    /// Hash of the profile.
    pub blake3: blake3::Hash,
}

impl Look {
    /// Loads what a profile names.
    ///
    /// # Errors
    /// As for [`Profile::typeface`].
    pub fn new(profile: &Profile) -> Result<Self> {
        let typeface = Arc::new(profile.typeface()?);
        let geometry = profile.geometry(&typeface);
        Ok(Self { typeface, geometry, ink: profile.ink(), blake3: profile.blake3() })
    }
}
