//! Puts the functions of a wasm module into an order that compresses well.
//!
//! walrus writes functions by their size. A compressor finds repetitions best where similar code
//! stands together, so functions are sorted by their type and then by their bytes. The order of
//! functions has no meaning to a browser.

use anyhow::{Context as _, Result, anyhow};
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{
    CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef,
};

/// The module with its functions in a better order.
pub(crate) fn order(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut order = Order::of(wasm)?;
    let mut module = Module::new();
    order
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .map_err(|error| anyhow!("ordering the functions: {error}"))?;
    Ok(module.finish())
}

/// Which function goes where. Both lists leave imported functions out, which keep their places.
struct Order {
    imported: u32,
    /// The old index of the function at each new index.
    old: Vec<u32>,
    /// The new index of the function at each old index.
    new: Vec<u32>,
}

impl Order {
    fn of(wasm: &[u8]) -> Result<Self> {
        let (mut imported, mut types, mut bodies) = (0, Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload.context("reading the module")?;
            if let Payload::ImportSection(section) = payload {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            } else if let Payload::FunctionSection(section) = payload {
                types = section.into_iter().collect::<Result<_, _>>()?;
            } else if let Payload::CodeSectionEntry(body) = payload {
                bodies.push(body.as_bytes());
            }
        }
        let mut old: Vec<u32> = (0..).take(bodies.len()).collect();
        old.sort_by_key(|index| {
            let at = usize::try_from(*index).unwrap_or_default();
            (types.get(at), bodies.get(at))
        });
        let mut new = vec![0; old.len()];
        for (to, from) in (0..).zip(&old) {
            if let Some(place) = usize::try_from(*from).ok().and_then(|at| new.get_mut(at)) {
                *place = to;
            }
        }
        Ok(Self { imported, old, new })
    }

    /// The elements of a section in the new order.
    fn sorted<T: Clone>(&self, elements: &[T]) -> Vec<T> {
        let at = |index: &u32| elements.get(usize::try_from(*index).ok()?).cloned();
        self.old.iter().filter_map(at).collect()
    }
}

impl Reencode for Order {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        let local = index.checked_sub(self.imported);
        let local = local.and_then(|index| usize::try_from(index).ok());
        let moved = local.and_then(|index| self.new.get(index));
        Ok(moved.map_or(index, |new| self.imported + new))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let types: Vec<u32> = section.into_iter().collect::<Result<_, _>>()?;
        for index in self.sorted(&types) {
            functions.function(self.type_index(index)?);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let bodies: Vec<FunctionBody<'_>> = section.into_iter().collect::<Result<_, _>>()?;
        for body in self.sorted(&bodies) {
            utils::parse_function_body(self, code, body)?;
        }
        Ok(())
    }
}
