//! Makes sure that the folder of the built web page is there, empty if need be, so that cargo sees when it is filled.

fn main() -> std::io::Result<()> {
    std::fs::create_dir_all("web/dist")?;
    println!("cargo:rerun-if-changed=web/dist");
    Ok(())
}
