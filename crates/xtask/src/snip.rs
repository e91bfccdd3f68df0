//! Cuts out of the wasm what the page never calls but the linker cannot know to be dead.
//!
//! leptos can hydrate a view in one go or, for lazily loaded routes, as a future, and every view's
//! vtable names both. Our client calls `hydrate_body`, the former; the futures are a fifth of the
//! code. Their bodies become `unreachable`, so that what only they call is collected afterwards.
//!
//! The compiler folds functions of equal code into one, which keeps one of the names. So only the
//! futures' own bodies count, and only those too large to be equal to anything else.

use anyhow::{Result, ensure};
use walrus::{Function, FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig};

/// How the name of a future's body goes on after the name of its function, up to the hash.
const BODY: &str = "28_$u7b$$u7b$closure$u7d$$u7d$17h";

/// The functions whose futures are never polled.
const DEAD: &str = "hydrate_async";

/// Below so many instructions a body may have been folded with one that is alive.
const MIN_INSTRUCTIONS: u64 = 60;

/// The module without the bodies of dead futures.
pub(crate) fn snip(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = ModuleConfig::new().generate_dwarf(false).parse(wasm)?;
    let dead: Vec<FunctionId> = module
        .funcs
        .iter()
        .filter(|function| is_dead(function))
        .map(Function::id)
        .collect();
    ensure!(
        !dead.is_empty(),
        "nothing to cut out: were the names stripped, or is leptos another?"
    );
    for function in dead {
        empty(&mut module, function);
    }
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

fn is_dead(function: &Function) -> bool {
    let FunctionKind::Local(body) = &function.kind else {
        return false;
    };
    function.name.as_deref().is_some_and(is_future_body) && body.size() >= MIN_INSTRUCTIONS
}

fn is_future_body(name: &str) -> bool {
    let rest = name.rsplit_once(DEAD).map(|(_, rest)| rest);
    let hash = rest.and_then(|rest| rest.strip_prefix(BODY));
    hash.is_some_and(|hash| hash.len() == "0123456789abcdefE".len())
}

fn empty(module: &mut Module, function: FunctionId) {
    let ty = module.types.get(module.funcs.get(function).ty());
    let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
    let arguments = params
        .iter()
        .map(|param| module.locals.add(*param))
        .collect();
    let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
    body.func_body().unreachable();
    module.funcs.get_mut(function).kind = FunctionKind::Local(body.local_func(arguments));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_futures_body_is_told_from_a_closure_inside_it() {
        let body = "_ZN2ui13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE";
        let inner = "_ZN2ui13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$28_$u7b$$u7b$closure$u7d$\
                     $u7d$17h0123456789abcdefE";
        assert!(is_future_body(body));
        assert!(!is_future_body(inner));
        assert!(!is_future_body("_ZN2ui13hydrate_async17h0123456789abcdefE"));
        assert!(!is_future_body("_ZN2ui7hydrate17h0123456789abcdefE"));
    }
}
