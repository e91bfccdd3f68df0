//! Cuts out of the wasm what the page never calls but the linker cannot know to be dead.
//!
//! leptos can hydrate a view in one go or, for lazily loaded routes, as a future, and every view's
//! vtable names both. Our client calls `hydrate_body`, the former; the futures are a fifth of the
//! code. Their bodies become `unreachable`, so that what only they call is collected afterwards.

use anyhow::{Result, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig};

/// A function whose name contains one of these is never called.
const DEAD: &[&str] = &["hydrate_async"];

/// The module without the bodies of dead functions.
pub(crate) fn snip(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = ModuleConfig::new().generate_dwarf(false).parse(wasm)?;
    let dead: Vec<FunctionId> = module
        .funcs
        .iter()
        .filter(|function| matches!(function.kind, FunctionKind::Local(_)))
        .filter(|function| function.name.as_deref().is_some_and(is_dead))
        .map(|function| function.id())
        .collect();
    ensure!(!dead.is_empty(), "nothing to cut out: were the names stripped, or is leptos another?");
    for function in dead {
        empty(&mut module, function);
    }
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

fn is_dead(name: &str) -> bool {
    DEAD.iter().any(|dead| name.contains(dead))
}

fn empty(module: &mut Module, function: FunctionId) {
    let ty = module.types.get(module.funcs.get(function).ty());
    let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
    let arguments = params.iter().map(|param| module.locals.add(*param)).collect();
    let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
    body.func_body().unreachable();
    module.funcs.get_mut(function).kind = FunctionKind::Local(body.local_func(arguments));
}
