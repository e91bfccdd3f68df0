//! Builds the server anew when the front end was, because a release binary carries it. A debug
//! binary reads it from the folder when it starts.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("PROFILE").is_some_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../../target/site");
    }
}
